-- ten thousand levels of plain recursion, and how a traceback abbreviates them
local function count(n) if n > 0 then return 1 + count(n - 1) end return 0 end
print(count(10000))

local seen
local function bottom(n) if n > 0 then bottom(n - 1) return end seen = debug.traceback("deep") end
bottom(500)
local lines = {}
for l in seen:gmatch("[^\n]+") do
  lines[#lines + 1] = l
end
print(#lines < 40)
local dots = 0
for _, l in ipairs(lines) do
  if l:match("^%s*%.%.%.$") then dots = dots + 1 end
end
print("dots", dots, lines[1], lines[2])
print(lines[3])
return count(10)
