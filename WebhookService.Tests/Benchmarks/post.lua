-- Posts transactions with unique ids; RUN distinguishes the ids of two runs. With KEY (the bytes of a secret), each is
-- signed according to Standard Webhooks; with STRIPE (a secret), each is an event of Stripe, of 1.5 KiB, signed as Stripe
-- signs. Both use the OpenSSL library that wrk itself uses.
local n = 0
local run = os.getenv("RUN")
local stripe = os.getenv("STRIPE")
local key = os.getenv("KEY") or stripe
local path = stripe and "/v1/webhooks/stripe" or "/v1/webhooks/transactions"
local padding = string.rep("x", 1100)
local headers = {["Content-Type"] = "application/json"}
local sign = function(body) end

if key then
  local ffi = require("ffi")
  ffi.cdef[[
    const void *EVP_sha256(void);
    unsigned char *HMAC(const void *type, const void *key, int key_length, const char *data, size_t length,
      unsigned char *hash, unsigned int *hash_length);
    int EVP_EncodeBlock(unsigned char *text, const unsigned char *data, int length);
  ]]
  local crypto = ffi.load("libcrypto.so.3")
  local hash = ffi.new("unsigned char[32]")
  local text = ffi.new("unsigned char[45]")
  local digits, pairs_of_digits = {}, {}
  for byte = 0, 255 do pairs_of_digits[byte] = string.format("%02x", byte) end
  local hex = function()
    for i = 0, 31 do digits[i + 1] = pairs_of_digits[hash[i]] end
    return table.concat(digits)
  end
  sign = stripe and function(body)
    local time = tostring(os.time())
    local signed = time .. "." .. body
    crypto.HMAC(crypto.EVP_sha256(), key, #key, signed, #signed, hash, nil)
    headers["Stripe-Signature"] = "t=" .. time .. ",v1=" .. hex()
  end or function(body)
    local id = string.format("msg_%s_%d", run, n)
    local time = tostring(os.time())
    local signed = id .. "." .. time .. "." .. body
    crypto.HMAC(crypto.EVP_sha256(), key, #key, signed, #signed, hash, nil)
    crypto.EVP_EncodeBlock(text, hash, 32)
    headers["webhook-id"] = id
    headers["webhook-timestamp"] = time
    headers["webhook-signature"] = "v1," .. ffi.string(text, 44)
  end
end

function request()
  n = n + 1
  local body = stripe and string.format('{"id":"evt_%s_%d","object":"event","api_version":"2025-09-30",'
    .. '"created":%d,"type":"payment_intent.succeeded","livemode":true,"data":{"object":{"id":"pi_%s_%d",'
    .. '"object":"payment_intent","amount":15050,"amount_received":15050,"currency":"usd","customer":"cus_1",'
    .. '"description":"%s","status":"succeeded"}}}', run, n, os.time(), run, n, padding)
    or string.format('{"transaction_id":"txn_%s_%d","source_account":"acc_user_789",'
    .. '"destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}', run, n)
  sign(body)
  return wrk.format("POST", path, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
