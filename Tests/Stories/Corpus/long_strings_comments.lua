-- long strings, long comments between statements, levels of brackets, escapes and odd spacing
local a = [[
first newline is dropped
second line]]
print(a, #a)
--[[ a comment
over several
lines ]]
local b = [==[ with ]] and ]=] inside ]==] --[==[ trailing ]] comment ]==] print(b)
--[=[
print("not run")
--[[ nested looking ]]
]=]

print("after", --[[ in the middle of arguments ]] "comment", --[=[

several lines

]=] "end")

local t = {
  -- a comment inside a table
  1, --[[ two ]] 2,
  --[[
  3,
  ]]
  4, -- last
}
print(#t, t[3])

local escaped = "tab\\t \
continued \z
         skipped \x41\u{42}\067\
end"
print(escaped)
for line in escaped:gmatch("[^\n]+") do print("<" .. line .. ">") end



local function spaced(x)

  -- nothing here

  --[[ nor here ]]

  if x

  then

    return x

  end

  return "none" -- trailing

end
print(spaced(1), spaced(nil), debug.getinfo(spaced, "S").linedefined, debug.getinfo(spaced, "S").lastlinedefined)
local source = [[
local x = 1 -- one
--[=[ two
three ]=]
error("line " .. 4 .. x)
]]
print(pcall(load(source, "=source")))
--print("commented out")
---[[
print("the three dash trick")
--]]
return #b, #source -- the end
