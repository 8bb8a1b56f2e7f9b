local function rounded(x) return math.floor(x + 0.5) end
local function matrix(n, seed)
  local rows = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j + 1] = seed * (i - j) * (i + j) end
    rows[i + 1] = row
  end
  return rows
end
local function product(a, b, n)
  local rows = {}
  for i = 1, n do
    local left, row = a[i], {}
    for j = 1, n do row[j] = 0.0 end
    for k = 1, n do
      local x, other = left[k], b[k]
      for j = 1, n do row[j] = row[j] + x * other[j] end
    end
    rows[i] = row
  end
  return rows
end
local n = 400
local c = product(matrix(n, 0.00001), matrix(n, 0.00002), n)
print(rounded(c[n // 2 + 1][n // 2 + 1] * 1000000.0))
print(rounded(c[4][n - 4] * 1000000.0))
