-- attempts to yield across C calls: sort, gsub, tostring, load reader, and the main thread
local function attempt(label, f)
  local co = coroutine.create(f)
  local ok, err = coroutine.resume(co)
  print(label, ok, err, coroutine.status(co))
end

attempt("sort", function()
  table.sort({ 3, 2, 1 }, function(a, b)
    coroutine.yield()
    return a < b
  end)
end)
attempt("gsub", function()
  return (("abc"):gsub("b", function(c) coroutine.yield(c) end))
end)
attempt("tostring", function()
  return tostring(setmetatable({}, { __tostring = function() coroutine.yield() end }))
end)
attempt("load reader", function()
  local f, err = load(function() coroutine.yield() end)
  return err
end)
attempt("iterator is fine", function()
  for v in coroutine.yield do
    print("never reached", v)
  end
end)
attempt("index is fine", function()
  local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end })
  return t.key
end)
attempt("through sort in pcall", function()
  return select(2, pcall(table.sort, { 2, 1 }, function() coroutine.yield() end))
end)
attempt("wrap inside sort", function()
  local t = { 4, 2, 3, 1 }
  table.sort(t, function(a, b)
    local compare = coroutine.wrap(function()
      coroutine.yield()
      return a < b
    end)
    compare()
    return compare()
  end)
  return table.concat(t, " ")
end)
print("main", pcall(coroutine.yield))

local ok, err = pcall(function()
  coroutine.yield("from main")
end)
print(ok, err)
