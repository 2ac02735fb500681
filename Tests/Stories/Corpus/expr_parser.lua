-- an expression tokenizer, a precedence-climbing parser and an evaluator with variables
local binary = {
  ["+"] = { 1, function(a, b) return a + b end },
  ["-"] = { 1, function(a, b) return a - b end },
  ["*"] = { 2, function(a, b) return a * b end },
  ["/"] = { 2, function(a, b) return b ~= 0 and a / b or error("division by zero", 0) end },
  ["%"] = { 2, function(a, b) return a % b end },
  ["^"] = { 4, function(a, b) return a ^ b end, right = true },
}

local function tokenize(text)
  local tokens, pos = {}, 1
  while pos <= #text do
    local from, to, token = text:find("^%s*([%d.]+)", pos)
    if not from then from, to, token = text:find("^%s*([%a_][%w_]*)", pos) end
    if not from then from, to, token = text:find("^%s*([-+*/%%^()])", pos) end
    if not from then
      if text:find("^%s*$", pos) then break end
      error("bad character at " .. pos, 0)
    end
    tokens[#tokens + 1] = token
    pos = to + 1
  end
  return tokens
end

local function parse(text)
  local tokens, i = tokenize(text), 1
  local expression
  local function expect(t)
    if tokens[i] ~= t then error(("'%s' expected, got '%s'"):format(t, tokens[i] or "end"), 0) end
    i = i + 1
  end
  local function primary()
    local t = tokens[i]
    i = i + 1
    if t == nil then error("unexpected end", 0) end
    if t == "(" then
      local e = expression(0)
      expect(")")
      return e
    elseif t == "-" then
      return { "neg", expression(3) }
    elseif tonumber(t) then
      return { "num", tonumber(t) }
    elseif t:match("^[%a_]") then
      return { "var", t }
    end
    error("unexpected '" .. t .. "'", 0)
  end
  function expression(min)
    local left = primary()
    while true do
      local op = binary[tokens[i]]
      if not op or op[1] < min then return left end
      i = i + 1
      left = { "bin", op[2], left, expression(op.right and op[1] or op[1] + 1) }
    end
  end
  local tree = expression(0)
  if tokens[i] then error("extra '" .. tokens[i] .. "'", 0) end
  return tree
end

local eval
local nodes = {
  num = function(n) return n[2] end,
  neg = function(n, env) return -eval(n[2], env) end,
  bin = function(n, env) return n[2](eval(n[3], env), eval(n[4], env)) end,
  var = function(n, env) return env[n[2]] or error("unknown variable " .. n[2], 0) end,
}
function eval(n, env) return nodes[n[1]](n, env) end

local env = { x = 4, y = 2.5 }
for _, text in ipairs {
  "1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ^ 2", "10 - 4 - 3", "x * y + -x", "7 % 4 / 2",
  "1 / (x - 4)", "z + 1", "(1 + 2", "1 + ", "4 4", "1 $ 2", "x y", ")",
} do
  print(text, pcall(function() return eval(parse(text), env) end))
end
