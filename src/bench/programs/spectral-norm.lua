local function entry(i, j) return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1) end
local function times(v, result)
  local n = #v
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + entry(i - 1, j - 1) * v[j] end
    result[i] = sum
  end
end
local function transposed_times(v, result)
  local n = #v
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + entry(j - 1, i - 1) * v[j] end
    result[i] = sum
  end
end
local function filled(n, x)
  local result = {}
  for i = 1, n do result[i] = x end
  return result
end
local n = 700
local u, v, between = filled(n, 1.0), filled(n, 0.0), filled(n, 0.0)
for _ = 1, 10 do
  times(u, between)
  transposed_times(between, v)
  times(v, between)
  transposed_times(between, u)
end
local uv, vv = 0.0, 0.0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(math.floor(math.sqrt(uv / vv) * 1000000000.0 + 0.5))
