--[[
Prefixwise for Rspamd: asks the service about the client's address, and reports back what its mail turned out to be.

PREFIXWISE_CHECK asks once a message. The answer is one of the symbols below, with the prefix it holds for and the service's
reason as options. When the service does not answer in time there is PREFIXWISE_FAIL, without weight: mail flows.

PREFIXWISE_REPORT runs when all is decided. What our own symbols added is taken out first: reported is what the message would have
been without us, or a bad reputation would confirm itself for ever.
]]--

if confighelp then
  return
end

local lua_util = require "lua_util"
local rspamd_http = require "rspamd_http"
local rspamd_logger = require "rspamd_logger"
local ucl = require "ucl"

local N = 'prefixwise'

local settings = {
  url = 'http://127.0.0.1:8080',
  key = nil, -- of a service that has keys: one with the scopes lookup and report
  timeout = 0.5, -- seconds; a message waits no longer than this
  report = true,
  report_timeout = 5.0,
  malware_symbols = { 'CLAM_VIRUS' }, -- what your scanners insert; such mail is reported as malware
}

-- The symbol for each action of the service, with its score.
local symbols = {
  good = { name = 'PREFIXWISE_GOOD', score = -1.0, description = 'Sends wanted mail' },
  throttle = { name = 'PREFIXWISE_MIXED', score = 0.5, description = 'Sends wanted and unwanted mail' },
  unknown = { name = 'PREFIXWISE_UNKNOWN', score = 0.0, description = 'Not enough is known of this sender' },
  tempfail = { name = 'PREFIXWISE_DEFER', score = 4.0, description = 'The service would defer this sender' },
  reject = { name = 'PREFIXWISE_REJECT', score = 8.0, description = 'The service would refuse this sender' },
  fail = { name = 'PREFIXWISE_FAIL', score = 0.0, description = 'The service did not answer in time' },
}

local function client_of(task)
  local ip = task:get_from_ip()
  if ip and ip:is_valid() and not ip:is_local() then
    return ip
  end
end

local function encoded(text)
  return (text:gsub('[^%w%-._~]', function(c)
    return string.format('%%%02X', c:byte())
  end))
end

local function request(task, params)
  params.task = task
  params.headers = params.headers or {}
  if settings.key then
    params.headers['Authorization'] = 'Bearer ' .. settings.key
  end
  return rspamd_http.request(params)
end

local function parsed(body)
  local parser = ucl.parser()
  if parser:parse_string(tostring(body or '')) then
    return parser:get_object()
  end
end

-- A class without a decision of its own is told by its name.
local function symbol_for(policy)
  local symbol = symbols[policy.action]
  if policy.action == 'accept' then
    symbol = (policy.class == 'good') and symbols.good or symbols.unknown
  elseif policy.action == 'throttle' and policy.class == 'unknown' then
    symbol = symbols.unknown
  end
  return symbol
end

local function check(task)
  local ip = client_of(task)
  if not ip then
    return
  end

  local function answered(err, code, body)
    local answer = (not err and code == 200) and parsed(body)
    if not (answer and answer.policy and answer.network) or answer.degraded then
      rspamd_logger.infox(task, 'no answer about %s: %s', ip, err or code)
      task:insert_result(symbols.fail.name, 1.0)
      return
    end
    local symbol = symbol_for(answer.policy)
    if symbol then
      task:insert_result(symbol.name, 1.0, { answer.network.prefix, answer.policy.reason })
    end
  end

  local query = {}
  local hostname = task:get_hostname()
  if hostname then
    -- Mail servers hand over a name only if it leads back to the address.
    table.insert(query, 'fcrdns=' .. (hostname == 'unknown' and 'fail' or 'pass'))
  end
  if task:get_user() then
    table.insert(query, 'account=' .. encoded(task:get_user()))
  end
  local sent = request(task, {
    url = string.format('%s/v1/lookup/%s?%s', settings.url, ip:to_string(), table.concat(query, '&')),
    timeout = settings.timeout,
    callback = answered,
  })
  if not sent then
    task:insert_result(symbols.fail.name, 1.0)
  end
end

local function own_score(task)
  local sum = 0.0
  for _, symbol in pairs(symbols) do
    local found = task:get_symbol(symbol.name)
    if found and found[1] then
      sum = sum + (found[1].score or 0.0)
    end
  end
  return sum
end

-- What to say of a message: 'spam' or 'malware' where Rspamd marks or refuses it without our help, 'ham' where it lets it
-- pass and no symbol of ours made it so, nothing in between.
local function verdict_of(task)
  for _, symbol in ipairs(settings.malware_symbols) do
    if task:has_symbol(symbol) then
      return 'malware'
    end
  end
  if task:has_pre_result() then
    return nil -- somebody decided without looking at the message as a whole
  end
  local score = task:get_metric_score()[1] - own_score(task)
  local marked = rspamd_config:get_metric_action('add header')
  local doubtful = rspamd_config:get_metric_action('greylist') or marked
  local action = task:get_metric_action()
  if marked and score >= marked and (action == 'reject' or action == 'add header' or action == 'rewrite subject') then
    return 'spam'
  end
  if action == 'no action' and doubtful and score < doubtful then
    return 'ham'
  end
end

local function report(task)
  local ip = client_of(task)
  local verdict = ip and verdict_of(task)
  if not verdict then
    return
  end

  local function told(err, code)
    if err or code ~= 200 then
      rspamd_logger.warnx(task, 'verdict %s on %s was not taken: %s', verdict, ip, err or code)
    end
  end

  -- The same message from the same client, tried again, is the same report.
  local said = { id = string.format('rspamd %s %s', task:get_digest(), ip:to_string()), address = ip:to_string(), verdict = verdict }
  if task:get_user() then
    said.account = task:get_user()
  end
  request(task, {
    url = settings.url .. '/v1/verdicts',
    body = ucl.to_format(said, 'json-compact'),
    headers = { ['Content-Type'] = 'application/json' },
    timeout = settings.report_timeout,
    callback = told,
  })
end

settings = lua_util.override_defaults(settings, rspamd_config:get_all_opt(N) or {})
settings.url = settings.url:gsub('/+$', '')

local id = rspamd_config:register_symbol({
  name = 'PREFIXWISE_CHECK',
  type = 'callback',
  callback = check,
  flags = 'empty,nostat',
  augmentations = { string.format('timeout=%f', settings.timeout) },
})
for _, symbol in pairs(symbols) do
  rspamd_config:register_symbol({ name = symbol.name, type = 'virtual', parent = id, score = symbol.score, group = N })
  rspamd_config:set_metric_symbol({
    name = symbol.name,
    score = symbol.score,
    description = symbol.description,
    group = N,
  })
end
if settings.report then
  rspamd_config:register_symbol({
    name = 'PREFIXWISE_REPORT',
    type = 'idempotent',
    callback = report,
    flags = 'empty,explicit_disable,ignore_passthrough',
    augmentations = { string.format('timeout=%f', settings.report_timeout) },
  })
end
