local n, a, seed = 1000000, {}, 42
for i = 1, n do
  seed = (seed * 1103515245 + 12345) % 2147483648
  a[i] = seed
end
table.sort(a)
local checksum = 0
for i = 1, n do checksum = (checksum * 31 + a[i]) % 1000000007 end
print(checksum)
