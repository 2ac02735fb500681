#!lua name=stock
-- A library of functions for a shop's stock: what is there, less what is reserved, may be reserved.
--
--   redis-cli -x FUNCTION LOAD REPLACE < stock.lua
--   redis-cli FCALL reserve 1 stock:tea 3 ann        to debug it, on luadebug serve: DFCALL reserve 1 stock:tea 3 ann
--
-- KEYS[1] of each is a hash: the field `there`, and one `for:<customer>` for each reservation.

local function reserved(fields)
    local sum = 0
    for i = 1, #fields, 2 do
        if string.sub(fields[i], 1, 4) == 'for:' then sum = sum + tonumber(fields[i + 1]) end
    end
    return sum
end

local function left(key)
    local fields = redis.call('HGETALL', key)
    local there = tonumber(redis.call('HGET', key, 'there') or 0)
    return there - reserved(fields)
end

-- ARGV: how many, for whom. Returns how many are left, or an error.
local function reserve(keys, args)
    local count = tonumber(args[1])
    if not count or count < 1 then return redis.error_reply('ERR a reservation is for one or more') end
    local rest = left(keys[1]) - count
    if rest < 0 then return redis.error_reply('SOLDOUT ' .. rest + count .. ' left') end
    redis.call('HINCRBY', keys[1], 'for:' .. args[2], count)
    return rest
end

redis.register_function('reserve', reserve)
redis.register_function{
    function_name = 'left',
    description = 'How many may still be reserved.',
    callback = function(keys) return left(keys[1]) end,
    flags = {'no-writes'},
}
