package apns

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Alerts of RFC 8446 section 6.2 that APNs was seen to send about client certificates.
const (
	alertCertificateRevoked byte = 44
	alertCertificateExpired byte = 45
)

// Record types of RFC 8446 section 5.1.
const (
	recordAlert           = 21
	recordApplicationData = 23
)

// alertRecord builds the TLS record of a fatal alert, to be written beside crypto/tls,
// which offers no way to choose one (its server answers a refused client certificate
// with 42, whatever the cause). It is for the instant when the server has read the
// client's certificate and has sent nothing after its own Finished: TLS 1.2 has no
// encryption yet, and TLS 1.3 expects the record number 0 under the server's
// application secret, which keyLog (NSS key log format) contains. ok is false for a
// cipher suite other than AES-GCM.
func alertRecord(state tls.ConnectionState, keyLog []byte, alert byte) (record []byte, ok bool) {
	const fatal = 2
	if state.Version != tls.VersionTLS13 {
		return []byte{recordAlert, 3, 3, 0, 2, fatal, alert}, true
	}
	var newHash func() hash.Hash
	var keySize int
	switch state.CipherSuite {
	case tls.TLS_AES_128_GCM_SHA256:
		newHash, keySize = sha256.New, 16
	case tls.TLS_AES_256_GCM_SHA384:
		newHash, keySize = sha512.New384, 32
	default:
		return nil, false
	}
	secret := serverTrafficSecret(keyLog)
	if secret == nil {
		return nil, false
	}
	key, errKey := expandLabel(newHash, secret, "key", keySize)
	nonce, errNonce := expandLabel(newHash, secret, "iv", 12) // xor record number 0
	block, errBlock := aes.NewCipher(key)
	if errKey != nil || errNonce != nil || errBlock != nil {
		return nil, false
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, false
	}
	const innerSize, tagSize = 3, 16
	inner := [innerSize]byte{fatal, alert, recordAlert}
	header := []byte{recordApplicationData, 3, 3, 0, innerSize + tagSize}
	return aead.Seal(bytes.Clone(header), nonce, inner[:], header), true
}

// serverTrafficSecret finds the first application secret of the server in a key log.
func serverTrafficSecret(keyLog []byte) []byte {
	for line := range bytes.Lines(keyLog) {
		fields := bytes.Fields(line)
		if len(fields) == 3 && string(fields[0]) == "SERVER_TRAFFIC_SECRET_0" {
			secret, err := hex.AppendDecode(nil, fields[2])
			if err != nil {
				return nil
			}
			return secret
		}
	}
	return nil
}

// expandLabel is HKDF-Expand-Label of RFC 8446 section 7.1 with an empty context.
func expandLabel(newHash func() hash.Hash, secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := binary.BigEndian.AppendUint16(nil, uint16(size))
	info = append(info, byte(len(label)))
	info = append(info, label...)
	return hkdf.Expand(newHash, secret, string(append(info, 0)), size)
}
