-- an interpreter for a tiny language, with precomputed jumps, and one that compiles to Lua source
local function jumps(code)
  local stack, jump = {}, {}
  for i = 1, #code do
    local c = code:sub(i, i)
    if c == "[" then
      stack[#stack + 1] = i
    elseif c == "]" then
      local open = table.remove(stack)
      if not open then error("unmatched ] at " .. i, 0) end
      jump[open], jump[i] = i, open
    end
  end
  if #stack > 0 then error("unmatched [ at " .. stack[#stack], 0) end
  return jump
end

local function run(code, input)
  local jump = jumps(code)
  local tape, p, ip, out, steps = {}, 1, 1, {}, 0
  while ip <= #code do
    local c = code:sub(ip, ip)
    if c == ">" then p = p + 1
    elseif c == "<" then p = p - 1
    elseif c == "+" then tape[p] = ((tape[p] or 0) + 1) & 255
    elseif c == "-" then tape[p] = ((tape[p] or 0) - 1) & 255
    elseif c == "." then out[#out + 1] = string.char(tape[p] or 0)
    elseif c == "," then
      tape[p] = input:byte() or 0
      input = input:sub(2)
    elseif c == "[" and (tape[p] or 0) == 0 or c == "]" and (tape[p] or 0) ~= 0 then
      ip = jump[ip]
    end
    ip = ip + 1
    steps = steps + 1
  end
  return table.concat(out), steps
end

print(run("++++++[>++++++++<-]>++.", ""))
print(run(",+.,+.,+.", "abc"))
print(run("++++++++[>++++++++<-]>+.+.[-]++++[>++++++++<-]>.", ""))
print(pcall(run, "+[", ""))
print(pcall(run, "+]", ""))

local templates = {
  [">"] = "p = p + 1",
  ["<"] = "p = p - 1",
  ["+"] = "t[p] = (t[p] or 0) + 1",
  ["-"] = "t[p] = (t[p] or 0) - 1",
  ["."] = "out[#out + 1] = string.char(t[p])",
  ["["] = "while (t[p] or 0) ~= 0 do",
  ["]"] = "end",
}
local function compile(code)
  local source = { "local t, p, out = {}, 1, {}" }
  for c in code:gmatch("[][<>+.-]") do source[#source + 1] = templates[c] end
  source[#source + 1] = "return table.concat(out), t, p"
  return load(table.concat(source, "\n"), "=compiled")
end
local f = compile("+++++[>+++++++<-]>-. +. +. +.")
local text, tape, at = f()
print(text, tape[1], tape[2], at)
print(compile("+["))
print(pcall(compile(".")))
return text
