-- A leaderboard: notes a player's score if it is their best, and shows where that puts them.
--
-- KEYS[1]  the board, a sorted set of players by score
-- ARGV     the player, the score, how many neighbours are shown above and below
-- Returns  JSON: [rank from 1, best score, whether this was it, [[rank, player, score], ...]]

local board, player = KEYS[1], ARGV[1]
local score, radius = tonumber(ARGV[2]), tonumber(ARGV[3])
if not score then
    return redis.error_reply('ERR a score is a number')
end

local best = tonumber(redis.call('ZSCORE', board, player))
local improved = not best or score > best
if improved then
    redis.call('ZADD', board, score, player)
    best = score
end

local rank = redis.call('ZREVRANK', board, player)
local from = math.max(0, rank - radius)
local row = redis.call('ZREVRANGE', board, from, rank + radius, 'WITHSCORES')
local around = {}
for i = 1, #row, 2 do
    around[#around + 1] = {from + #around + 1, row[i], tonumber(row[i + 1])}
end
return cjson.encode({rank + 1, best, improved, around})
