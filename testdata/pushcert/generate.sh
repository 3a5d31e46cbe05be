#!/bin/sh
# Makes the files of this folder that Go cannot write. Needs OpenSSL 3 with its
# legacy provider, and the files of "go test ./pkg/pushcert -run TestGenerate -update".
# All keys are throw-away test keys; the password is no secret either.
set -eu
cd "$(dirname "$0")"
export PASS='correct horse'
key=key/customer.pem
leaf=certificate/mdm-push.pem
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Private keys.
topk8() { openssl pkcs8 -topk8 -in "$key" -passout env:PASS "$@"; }
topk8 -v2 aes-256-cbc -out key/pbes2-sha256-aes256.pem
topk8 -v2 aes-256-cbc -outform DER -out key/pbes2-sha256-aes256.der
topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -out key/pbes2-sha1-aes128.pem
topk8 -v2 aes-192-cbc -v2prf hmacWithSHA512 -out key/pbes2-sha512-aes192.pem
topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384 -out key/pbes2-sha384-aes256.pem
topk8 -v2 des3 -out key/pbes2-sha256-3des.pem
topk8 -scrypt -out key/pbes2-scrypt.pem
topk8 -v2 rc2 -provider legacy -provider default -out key/pbes2-rc2.pem
openssl pkcs8 -topk8 -in "$key" -v2 aes-256-cbc -passout 'pass:another password' -out key/other-password.pem
topk8 -v1 PBE-SHA1-3DES -out key/pbe-sha1-3des.pem
topk8 -v1 PBE-MD5-DES -provider legacy -provider default -out key/pbe-md5-des.pem
topk8 -v1 PBE-SHA1-DES -provider legacy -provider default -out key/pbe-sha1-des.pem
topk8 -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -out key/pbe-sha1-rc2-40.pem
openssl rsa -in "$key" -traditional -aes256 -passout env:PASS -out key/dek-aes256.pem
openssl rsa -in "$key" -traditional -des3 -passout env:PASS -out key/dek-3des.pem
openssl rsa -in "$key" -traditional -camellia128 -passout env:PASS -out key/dek-camellia.pem
openssl ec -inform DER -in key/ec.der -aes128 -passout env:PASS -out key/dek-ec.pem
tr '\n' ' ' <key/dek-aes256.pem >key/dek-one-line.pem
openssl ecparam -name prime256v1 -out "$work/params.pem"
cat "$work/params.pem" key/sec1.pem >key/ec-with-parameters.pem
openssl dsaparam -out "$work/dsa.params" 1024
openssl gendsa -out "$work/dsa.pem" "$work/dsa.params"
openssl pkcs8 -topk8 -nocrypt -in "$work/dsa.pem" -out key/dsa.pem
cat "$leaf" key/pbes2-sha256-aes256.pem >pem/with-encrypted-key.pem

# PKCS #12.
p12() { openssl pkcs12 -export -inkey "$key" -in "$leaf" -passout env:PASS -name MDM "$@"; }
p12 -out pkcs12/openssl3.p12
p12 -legacy -out pkcs12/keychain-rc2.p12
p12 -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -out pkcs12/3des.p12
p12 -macalg sha512 -out pkcs12/sha512-mac.p12
p12 -macalg sha384 -out pkcs12/sha384-mac.p12
p12 -nomac -out pkcs12/no-mac.p12
p12 -nomac -keypbe NONE -certpbe NONE -out pkcs12/plain.p12
p12 -certfile certificate/ca-root.pem -out pkcs12/with-issuers.p12
p12 -keypbe camellia-128-cbc -certpbe camellia-128-cbc -out pkcs12/camellia.p12
PASS='' openssl pkcs12 -export -inkey "$key" -in "$leaf" -passout pass: -out pkcs12/empty-password.p12
PASS='' openssl pkcs12 -export -legacy -inkey "$key" -in "$leaf" -passout pass: -out pkcs12/empty-password-legacy.p12
openssl pkcs12 -export -nocerts -inkey "$key" -passout env:PASS -out pkcs12/key-only.p12
openssl pkcs12 -export -nokeys -in "$leaf" -passout env:PASS -out pkcs12/certificate-only.p12
openssl pkcs12 -export -inkey key/sec1.pem -in certificate/app-push-ec.pem -passout env:PASS -out pkcs12/ec.p12

# The same PKCS #12 in BER: the outer lengths left open.
{
  printf '\060\200'
  tail -c +5 pkcs12/plain.p12
  printf '\000\000'
} >pkcs12/ber.p12

# CMS with lengths left open, as Java and Apple write it.
openssl cms -sign -stream -binary -nodetach -in profile/plain.mobileconfig -signer certificate/mdm-vendor.pem -inkey key/vendor.pem -outform DER -out profile/signed-ber.mobileconfig

# Algorithms that nothing of ours is signed or made with: they are no damage.
openssl req -new -key "$key" -subj "/CN=MD5" -md5 -out csr/md5.pem
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:brainpoolP256r1 -nodes -keyout /dev/null -subj "/CN=Brainpool" -out csr/brainpool.pem
p12 -macalg sha3-256 -out pkcs12/sha3-mac.p12

# Answers of mdmcert.download, as its vendor might encrypt them: hexadecimal digits of CMS.
answer() { # FILE TO CONTENT OPTIONS...
  out=$1 recipient=$2 content=$3
  shift 3
  openssl cms -encrypt -binary -in "$content" -outform DER "$@" "$recipient" | od -An -v -tx1 | tr -d ' \n' >"mdmcert/$out"
}
to=mdmcert/encryption-certificate.pem
request=request/mdmcert.plist.b64
answer openssl-3des.plist.b64.p7 "$to" "$request" -des3
answer openssl-aes128.plist.b64.p7 "$to" "$request" -aes128
answer openssl-aes256-stream.plist.b64.p7 "$to" "$request" -aes256 -stream
answer openssl-aes192.plist.b64.p7 "$to" "$request" -aes192
answer openssl-other-recipient.p7 certificate/mdm-vendor.pem "$request" -aes256
answer openssl-csr.p7 "$to" csr/rsa.pem -aes256
answer openssl-expired.p7 "$to" request/chain-vendor-expired.b64 -aes256
answer openssl-not-ours.p7 "$to" request/not-ours.b64 -aes256
sed 's/../& /g' mdmcert/openssl-3des.plist.b64.p7 | fold -w 60 | tr 'a-f' 'A-F' | sed 's/$/\r/' >mdmcert/openssl-spaced.p7
fold -w 72 mdmcert/openssl-3des.plist.b64.p7 | sed 's/^/> /' >mdmcert/openssl-quoted.txt
head -c 1001 mdmcert/openssl-3des.plist.b64.p7 >mdmcert/openssl-half-byte.p7
sed 's/^\(.\{300\}\).\{32\}/\100000000000000000000000000000000/' mdmcert/openssl-3des.plist.b64.p7 >mdmcert/openssl-changed.p7
openssl cms -encrypt -binary -recip "$to" -keyopt rsa_padding_mode:oaep -aes256 -in "$request" -outform DER | od -An -v -tx1 | tr -d ' \n' >mdmcert/openssl-oaep.p7
