-- the lines that errors in expressions spread over several lines are blamed on
local chain = {
  value = 0,
  add = function(self, n)
    self.value = self.value + n
    return self
  end,
}

local function show(
  ...
)
  print(
    ...
  )
end

local t = nil
local cases = {
  function()
    return 1
      + 2
      + t
  end,
  function()
    show(
      "a",
      t.x,
      "b"
    )
  end,
  function()
    local r = chain
      :add(1)
      :missing(
        2
      )
    return r
  end,
  function()
    return ("x")
      ..
      "y"
      ..
      {}
  end,
  function()
    error(
      "multi"
      .. "line"
    )
  end,
}
for i, f in
  ipairs(
    cases
  )
do
  print(i, pcall(f))
end

print(
  pcall(
    function(
      a,
      b
    )
      local r = a
        < b
      return r
    end,
    1,
    "2"
  )
)
return chain.value
