local function build(depth)
  if depth == 0 then return { left = nil, right = nil } end
  return { left = build(depth - 1), right = build(depth - 1) }
end
local function count(node)
  if node.left == nil then return 1 end
  return 1 + count(node.left) + count(node.right)
end
local kept = build(16)
for depth = 4, 16, 4 do
  local rounds = 1 << (16 - depth + 4)
  local total = 0
  for _ = 1, rounds do total = total + count(build(depth)) end
  print(rounds .. " trees of depth " .. depth .. ": " .. total)
end
print(count(kept))
