-- Posts transactions with unique ids; RUN distinguishes the ids of two runs. With KEY (the bytes of a secret), each is
-- signed according to Standard Webhooks, with the OpenSSL library that wrk itself uses.
local n = 0
local run = os.getenv("RUN")
local key = os.getenv("KEY")
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
  sign = function(body)
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
  local body = string.format('{"transaction_id":"txn_%s_%d","source_account":"acc_user_789",'
    .. '"destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}', run, n)
  sign(body)
  return wrk.format("POST", "/v1/webhooks/transactions", headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
