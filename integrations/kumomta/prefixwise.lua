--[[
Prefixwise for KumoMTA: asks the service about a client when it says EHLO, and defers or refuses it with the reply of the policy.

A sample: it is written after KumoMTA's documentation and checked for syntax only, as there is no KumoMTA to test it with here.

In init.lua, or the file that your policy is in:

  local prefixwise = require 'policy-extras.prefixwise'
  prefixwise.setup { url = 'http://127.0.0.1:8080', timeout = '500ms' }
]]
local kumo = require 'kumo'

local mod = {}

-- The address of `address:port`; IPv6 addresses stand in brackets there.
local function address_of(peer)
  return peer:match '^%[([^%]]+)%]:%d+$' or peer:match '^([^:]+):%d+$'
end

-- What the service says; nil when it does not say it in time.
local function ask(options, client, address)
  local request = client:get(options.url .. '/v1/lookup/' .. address)
  if options.key then
    request:bearer_auth(options.key)
  end
  local response = request:send()
  if response:status_code() ~= 200 then
    return nil
  end
  return kumo.serde.json_parse(response:text())
end

function mod.setup(options)
  local client = kumo.http.build_client { timeout = options.timeout or '500ms' }

  kumo.on('smtp_server_ehlo', function(domain, conn_meta)
    local address = address_of(conn_meta:get_meta 'received_from')
    if not address then
      return
    end
    -- Whatever goes wrong in here, mail flows.
    local ok, answer = pcall(ask, options, client, address)
    if not ok or not answer then
      kumo.log_warn('prefixwise: no answer about ' .. address)
      return
    end
    conn_meta:set_meta('prefixwise_prefix', answer.network.prefix)
    conn_meta:set_meta('prefixwise_class', answer.policy.class)
    local action = answer.policy.action
    if action == 'tempfail' or action == 'reject' then
      local reply = answer.policy.reply
      kumo.reject(reply.code, reply.enhanced .. ' ' .. reply.text)
    end
  end)
end

return mod
