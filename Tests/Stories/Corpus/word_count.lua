-- word and letter counts with sorted output, histograms, longest words and simple statistics
local text = [[
The quick brown fox jumps over the lazy dog. The dog sleeps; the fox runs!
A quick dog is a happy dog, but a lazy fox is no fox at all.
]]

local counts, order = {}, {}
for word in text:lower():gmatch("%a+") do
  if not counts[word] then
    counts[word] = 0
    order[#order + 1] = word
  end
  counts[word] = counts[word] + 1
end

table.sort(order, function(a, b)
  if counts[a] ~= counts[b] then
    return counts[a] > counts[b]
  end
  return a < b
end)
for i = 1, 6 do
  local w = order[i]
  print(("%-6s %2d %s"):format(w, counts[w], ("*"):rep(counts[w])))
end
print("distinct", #order)

-- letters
local letters = setmetatable({}, { __index = function() return 0 end })
for c in text:lower():gmatch("%l") do letters[c] = letters[c] + 1 end
local line = {}
for c = ("a"):byte(), ("z"):byte() do
  local k = string.char(c)
  if letters[k] > 5 then line[#line + 1] = k .. letters[k] end
end
print(table.concat(line, " "))

-- words by length
local bylength = {}
for _, w in ipairs(order) do
  local bucket = bylength[#w] or {}
  bylength[#w] = bucket
  bucket[#bucket + 1] = w
end
for n = 1, 6 do
  if bylength[n] then
    table.sort(bylength[n])
    print(n, table.concat(bylength[n], ","))
  end
end

-- mean and median of word lengths
local lengths, sum = {}, 0
for w in text:gmatch("%a+") do
  lengths[#lengths + 1] = #w
  sum = sum + #w
end
table.sort(lengths)
print(#lengths, sum, ("%.3f"):format(sum / #lengths), lengths[(#lengths + 1) // 2])
local _, lines = text:gsub("\n", "")
print("lines", lines)
return order[1], counts[order[1]]
