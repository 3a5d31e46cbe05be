package pushcert

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

// berStyle is how a program writes BER: with open lengths, and octet strings in parts.
type berStyle struct {
	open bool
	part int // bytes of each part; 0: strings stay whole
}

// berStyles are those of programs that are not at hand, from their sources: Bouncy Castle's
// BERSequence and BEROctetString (parts of 1,000 bytes), NSS' SEC_ASN1EncoderStart with
// streaming (one part as long as the buffer), and Keychain's Coder, which is an NSS of 2003.
// Very small parts stand for what a stream may do.
func berStyles() map[string]berStyle {
	return map[string]berStyle{
		"Bouncy Castle": {open: true, part: 1000}, "NSS and Keychain": {open: true, part: 1 << 20},
		"a stream of small writes": {open: true, part: 7}, "parts of stated length": {part: 100}, "open lengths alone": {open: true},
	}
}

// ber writes DER anew in a style. Context tags of EncryptedContentInfo are strings too.
func (s berStyle) ber(t testing.TB, der []byte) []byte {
	t.Helper()
	var out []byte
	afterAlgorithm := false
	for rest := der; len(rest) > 0; {
		header, length, err := ber.Header(rest)
		if err != nil {
			t.Fatal(err)
		}
		tag, content := rest[0], rest[header:header+length]
		rest = rest[header+length:]
		switch {
		case tag == ber.Octets && s.part > 0, tag == 0x80 && afterAlgorithm && s.part > 0:
			out = append(out, s.wrap(tag|0x20, s.parts(content))...)
		case tag&0x20 != 0:
			out = append(out, s.wrap(tag, s.ber(t, content))...)
		default:
			out = append(out, ber.Wrap([]byte{tag}, content)...)
		}
		afterAlgorithm = tag == ber.Sequence
	}
	return out
}

func (s berStyle) parts(content []byte) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(s.part, len(content))
		out = append(out, ber.Wrap([]byte{ber.Octets}, content[:n])...)
		content = content[n:]
	}
	return out
}

func (s berStyle) wrap(tag byte, content []byte) []byte {
	if !s.open {
		return ber.Wrap([]byte{tag}, content)
	}
	return append(append([]byte{tag, unsizedOctet}, content...), 0, 0)
}

// pkcs12 builds a PKCS #12 file whose every layer is in BER, under RC2 with 40 bits for the
// certificates, 3DES for the key and a SHA-1 MAC, as all of those programs did.
func (s berStyle) pkcs12(t testing.TB, w *world, password []byte) []byte {
	t.Helper()
	x509Certificate := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}
	certificates := marshal(t, []part{
		bag(t, certificateBag, certificateIn(t, x509Certificate, w.aai.X509.Raw)),
		bag(t, certificateBag, certificateIn(t, x509Certificate, w.push.X509.Raw)),
	})
	key := marshal(t, []part{bag(t, shroudedKeyBag, s.sealedKey(t, password))})
	safes := marshal(t, []part{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 6}, explicit(s.encryptedData(t, password, s.ber(t, certificates)))},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, explicit(marshal(t, s.ber(t, key)))},
	})
	content := s.ber(t, safes)
	salt := []byte("saltsalt")
	mac := hmac.New(sha1.New, pbe.PKCS12Key(sha1.New, password, salt, 1024, pbe.ForMAC, sha1.Size))
	mac.Write(content)
	var m macData
	m.Digest.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	m.Digest.Algorithm.Parameters = asn1.NullRawValue
	m.Digest.Value, m.Salt, m.Iterations = mac.Sum(nil), salt, 1024
	return s.ber(t, marshal(t, struct {
		Version  int
		AuthSafe part
		MAC      macData
	}{3, part{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, explicit(marshal(t, content))}, m}))
}

type pbeParameters struct {
	Salt       []byte
	Iterations int
}

// macData proves the password of a PKCS #12 file (RFC 7292 section 4).
type macData struct {
	Digest struct {
		Algorithm pkix.AlgorithmIdentifier
		Value     []byte
	}
	Salt       []byte
	Iterations int `asn1:"optional,default:1"`
}

type pbeAlgorithm struct {
	ID         asn1.ObjectIdentifier
	Parameters pbeParameters
}

func (s berStyle) sealedKey(t testing.TB, password []byte) []byte {
	t.Helper()
	a := pbeAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}, pbeParameters{[]byte("pepper12"), 2048}}
	return marshal(t, struct {
		Algorithm pbeAlgorithm
		Data      []byte
	}{a, encryptPBE(t, a, password, pkcs8(t, testKeys()["customer"]))})
}

func (s berStyle) encryptedData(t testing.TB, password []byte, content []byte) []byte {
	t.Helper()
	type info struct {
		Type      asn1.ObjectIdentifier
		Algorithm pbeAlgorithm
		Data      []byte `asn1:"tag:0"`
	}
	a := pbeAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 6}, pbeParameters{[]byte("pepper34"), 2048}}
	return marshal(t, struct {
		Version int
		Content info
	}{0, info{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, a, encryptPBE(t, a, password, content)}})
}

func encryptPBE(t testing.TB, a pbeAlgorithm, password []byte, plain []byte) []byte {
	t.Helper()
	var identifier pkix.AlgorithmIdentifier
	if _, err := asn1.Unmarshal(marshal(t, a), &identifier); err != nil {
		t.Fatal(err)
	}
	scheme, err := pbe.PFXScheme(identifier)
	if err != nil {
		t.Fatal(err)
	}
	return seal(t, scheme, password, plain)
}

// TestBERIsRead reads PKCS #12, certificates and signed profiles in each style.
func TestBERIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	count := 0
	for name, style := range berStyles() {
		t.Run(name, func(t *testing.T) {
			for _, secret := range [][]byte{[]byte(corpusPassword), {}, nil, []byte("鍵🔑")} { // nil: no password at all
				count++
				file, err := Read("", style.pkcs12(t, w, secret), password(string(secret)))
				if err != nil {
					t.Fatal(err)
				}
				if file.Role != RoleMDMPush || file.LeafKey() == nil || len(file.Certificates) != 2 {
					t.Errorf("password %q: %s with %d certificates", secret, file.Role, len(file.Certificates))
				}
			}
			for _, source := range []string{"cms/chain.p7b", "profile/signed.mobileconfig", "pkcs12/plain.p12", "pkcs12/ec.p12"} {
				count++
				whole := readCorpus(t, source)
				want, err := Read("", whole, password(corpusPassword))
				if err != nil {
					t.Fatal(err)
				}
				got, err := Read("", style.ber(t, whole), password(corpusPassword))
				if err != nil || got.Role != want.Role || got.Topic != want.Topic || len(got.Certificates) != len(want.Certificates) {
					t.Errorf("%s: %v", source, err)
				}
			}
			_, err := Read("", style.pkcs12(t, w, []byte(corpusPassword)), password("wrong"))
			wantProblem(t, err, "password-wrong.p12")
		})
	}
	t.Logf("%d files in BER", count)
}

// TestDERComesBackAsItIs holds ToDER to every binary file of the corpus.
func TestDERComesBackAsItIs(t *testing.T) {
	count := 0
	for _, name := range corpusPaths(t) {
		data := readCorpus(t, name)
		if !isWhole(data) || strings.Contains(name, "broken-inside") {
			continue
		}
		der, rest, err := ber.ToDER(data)
		if err != nil || len(rest) > 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name != "profile/signed-ber.mobileconfig" && !bytes.Equal(der, data) {
			t.Errorf("%s was changed", name)
		}
		count++
		for _, style := range berStyles() {
			if back, _, err := ber.ToDER(style.ber(t, der)); err != nil || !bytes.Equal(back, der) {
				t.Errorf("%s does not come back from BER: %v", name, err)
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d files", count)
	}
}

// TestBothWaysOfOpeningAgree holds our own reader of PKCS #12 against go-pkcs12, with every
// file of the corpus that this opens.
func TestBothWaysOfOpeningAgree(t *testing.T) {
	count := 0
	for _, name := range corpusPaths(t) {
		left := pbe.Budget(pbe.MaxIterations)
		box, err := pbe.ParsePFX(readCorpus(t, name), parsePKCS8, &left)
		if err != nil {
			continue
		}
		for _, secret := range []string{corpusPassword, "", "wrong"} {
			usual, err := box.Usual(secret)
			if err != nil && !errors.Is(err, pkcs12.ErrIncorrectPassword) {
				continue
			}
			count++
			own, ownErr := box.Unusual([]byte(secret), &left)
			if secret == "" && errors.Is(ownErr, pbe.ErrPassword) {
				own, ownErr = box.Unusual(nil, &left)
			}
			if (err == nil) != (ownErr == nil) {
				t.Errorf("%s, %q: go-pkcs12 says %v, we %v", name, secret, err, ownErr)
			}
			if err == nil && ownErr == nil && namesOf(usual) != namesOf(own) {
				t.Errorf("%s: other keys or certificates", name)
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d openings", count)
	}
	t.Logf("%d openings", count)
}

// namesOf lists what the parts are, in their order.
func namesOf(p *pbe.Parts) string {
	var all []any
	for _, k := range p.Keys {
		all = append(all, publicKey(k.Public(), nil))
	}
	for _, c := range p.Certificates {
		all = append(all, c.SerialNumber)
	}
	return fmt.Sprint(all...)
}

// Each spelling of a password opens what another has sealed.
func TestAPasswordOpensInEachOfItsSpellings(t *testing.T) {
	w, style := newWorld(t), berStyle{}
	const composed, decomposed = "K\u00e4se", "Ka\u0308se"
	for sealed, given := range map[string]string{composed: decomposed, decomposed: composed} {
		for name, data := range map[string][]byte{
			"PKCS #12": style.pkcs12(t, w, []byte(sealed)), "read by the library": encodePFX(t, pkcs12.LegacyDES, testKeys()["customer"], sealed, w.push),
		} {
			file, err := Read("", data, password(given))
			if err != nil || len(file.Keys) != 1 || file.Keys[0].Signer == nil {
				t.Errorf("%s, sealed with %q and opened with %q: %v", name, sealed, given, err)
			}
		}
	}
}

// What opens and is not what the MAC says was changed, or is opened with another password.
func TestTheMACOfAFileIsChecked(t *testing.T) {
	w := newWorld(t)
	for name, secret := range map[string]string{"by the library": corpusPassword, "by ourselves": "🔑 beyond the library"} {
		data := berStyle{open: true}.pkcs12(t, w, []byte(secret))
		if _, err := Read("", data, password(secret)); err != nil {
			t.Fatal(name, err)
		}
		const before = 4 // the header of the salt, and the end of what the digest stands in
		data[bytes.Index(data, []byte("saltsalt"))-before-1] ^= 1
		_, err := Read("", data, password(secret))
		wantProblem(t, err, "password-wrong.p12")
	}
}
