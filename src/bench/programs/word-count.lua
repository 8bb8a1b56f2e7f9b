-- Tables of Lua have no order; a second one holds the keys, sorted.
local words = {}
for i = 0, 4999 do words[i + 1] = "word" .. i * 7919 % 100003 end
local counts, order, seed = {}, {}, 42
for _ = 1, 1000000 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  local word = words[seed // 65536 % 5000 + 1]
  local count = counts[word]
  if count == nil then
    order[#order + 1] = word
    count = 0
  end
  counts[word] = count + 1
end
table.sort(order)
print(#order)
local checksum = 0
for _, key in ipairs(order) do checksum = (checksum * 31 + counts[key]) % 1000000007 end
print(checksum)
