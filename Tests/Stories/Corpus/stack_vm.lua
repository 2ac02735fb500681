-- a stack machine with an assembler, labels, calls, and faults that unwind by error
local VM = {}
VM.__index = VM

local function assemble(source)
  local code, labels, fixups = {}, {}, {}
  for line in source:gmatch("[^\n]+") do
    local label = line:match("^%s*(%w+):%s*$")
    if label then
      labels[label] = #code + 1
    else
      local op, arg = line:match("^%s*(%a+)%s*(%S*)")
      if op then
        code[#code + 1] = { op = op, arg = tonumber(arg) or arg }
        if arg ~= "" and not tonumber(arg) then fixups[#fixups + 1] = code[#code] end
      end
    end
  end
  for _, ins in ipairs(fixups) do
    ins.arg = labels[ins.arg] or error("unknown label " .. ins.arg, 0)
  end
  return code
end

local ops = {
  push = function(vm, a) vm:push(a) end,
  dup = function(vm) local a = vm:pop(); vm:push(a); vm:push(a) end,
  swap = function(vm) local a, b = vm:pop(), vm:pop(); vm:push(a); vm:push(b) end,
  add = function(vm) vm:push(vm:pop() + vm:pop()) end,
  mul = function(vm) vm:push(vm:pop() * vm:pop()) end,
  sub = function(vm) local b = vm:pop(); vm:push(vm:pop() - b) end,
  jz = function(vm, a) if vm:pop() == 0 then vm.pc = a end end,
  jmp = function(vm, a) vm.pc = a end,
  call = function(vm, a) table.insert(vm.calls, vm.pc); vm.pc = a end,
  ret = function(vm) vm.pc = table.remove(vm.calls) or error("return without call", 0) end,
  out = function(vm) table.insert(vm.output, vm:pop()) end,
  halt = function(vm) vm.halted = true end,
}

function VM:push(v) self.stack[#self.stack + 1] = v end
function VM:pop()
  if #self.stack == 0 then error("stack underflow at " .. self.pc - 1, 0) end
  return table.remove(self.stack)
end

local function run(source, limit)
  local vm = setmetatable({ stack = {}, calls = {}, output = {}, pc = 1 }, VM)
  local code = assemble(source)
  for step = 1, limit or 500 do
    local ins = code[vm.pc]
    if not ins then error("fell off the end", 0) end
    vm.pc = vm.pc + 1
    local f = ops[ins.op]
    if not f then error("bad instruction " .. ins.op, 0) end
    f(vm, ins.arg)
    if vm.halted then return table.concat(vm.output, " "), step end
  end
  error("step limit", 0)
end

print(pcall(run, "push 2\npush 3\nadd\nout\nhalt"))
print(pcall(run, "push 5\nloop:\ndup\nout\npush 1\nsub\ndup\njz end\njmp loop\nend:\nhalt"))
print(pcall(run, "push 7\ncall square\nout\nhalt\nsquare:\ndup\nmul\nret"))
for _, bad in ipairs { "add", "push 1", "jmp nowhere", "frob", "l:\njmp l", "ret" } do
  print(pcall(run, bad, 50))
end
