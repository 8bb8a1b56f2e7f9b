local function sort(a, low, high)
  local i, j = low, high
  local pivot = a[(low + high) // 2]
  while i <= j do
    while a[i] < pivot do i = i + 1 end
    while a[j] > pivot do j = j - 1 end
    if i <= j then
      a[i], a[j] = a[j], a[i]
      i = i + 1
      j = j - 1
    end
  end
  if low < j then sort(a, low, j) end
  if i < high then sort(a, i, high) end
end
local n, a, seed = 1000000, {}, 42
for i = 1, n do
  seed = (seed * 1103515245 + 12345) % 2147483648
  a[i] = seed
end
sort(a, 1, n)
local checksum = 0
for i = 1, n do checksum = (checksum * 31 + a[i]) % 1000000007 end
print(checksum)
