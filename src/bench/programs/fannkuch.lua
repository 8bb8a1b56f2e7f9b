local function main()
  local n = 9
  local start, counts, p = {}, {}, {}
  for i = 1, n do
    start[i] = i - 1
    counts[i] = 0
    p[i] = 0
  end
  local most, checksum, permutation = 0, 0, 0
  local r = n
  while true do
    while r > 1 do
      counts[r] = r
      r = r - 1
    end
    for i = 1, n do p[i] = start[i] end
    local flips = 0
    local k = p[1]
    while k ~= 0 do
      local low, high = 1, k + 1
      while low < high do
        p[low], p[high] = p[high], p[low]
        low = low + 1
        high = high - 1
      end
      flips = flips + 1
      k = p[1]
    end
    if flips > most then most = flips end
    if permutation % 2 == 0 then checksum = checksum + flips else checksum = checksum - flips end
    permutation = permutation + 1
    while r < n do
      local first = start[1]
      for i = 1, r do start[i] = start[i + 1] end
      start[r + 1] = first
      counts[r + 1] = counts[r + 1] - 1
      if counts[r + 1] > 0 then break end
      r = r + 1
    end
    if r == n then break end
  end
  print(checksum)
  print(most)
end
main()
