-- Growing a text piece by piece takes quadratic time in Lua; a table of pieces is how it is done there.
local n, pieces = 1000000, {}
for i = 0, n - 1 do pieces[i + 1] = "n" .. i % 1000 end
local text = table.concat(pieces)
print(#text)
local words = 0
for i = 1, #text do
  if text:sub(i, i) == "n" then words = words + 1 end
end
print(words)
