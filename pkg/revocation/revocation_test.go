package revocation

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func now() time.Time { return time.Date(2027, time.March, 4, 9, 30, 0, 0, time.UTC) }

// issuer is an authority with a leaf, and the list that lies at the leaf's address.
type issuer struct {
	key        *ecdsa.PrivateKey
	cert, leaf *x509.Certificate
	web        *httptest.Server
	calls      atomic.Int64
	serve      atomic.Pointer[http.HandlerFunc] // one that has been given up may still look
}

func (i *issuer) serves(h http.HandlerFunc) { i.serve.Store(&h) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{}
	i.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.calls.Add(1)
		(*i.serve.Load())(w, r)
	}))
	t.Cleanup(i.web.Close)
	var err error
	i.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	i.cert = i.certificate(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "issuer"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte("issuer"),
	}, nil)
	i.leaf = i.certificate(t, &x509.Certificate{SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "leaf"}, CRLDistributionPoints: []string{i.web.URL + "/a.crl"}}, i.cert)
	return i
}

func (i *issuer) certificate(t testing.TB, c, parent *x509.Certificate) *x509.Certificate {
	t.Helper()
	c.NotBefore, c.NotAfter = now().AddDate(-1, 0, 0), now().AddDate(1, 0, 0)
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, i.key.Public(), i.key)
	must(t, err)
	made, err := x509.ParseCertificate(der)
	must(t, err)
	return made
}

// list is one of a good hour, which change spoils.
func (i *issuer) list(t testing.TB, change func(*x509.RevocationList)) []byte {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now().Add(-time.Hour), NextUpdate: now().Add(time.Hour)}
	if change != nil {
		change(l)
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, i.cert, i.key)
	must(t, err)
	return der
}

func revoke(serial int64, reason int) func(*x509.RevocationList) {
	return func(l *x509.RevocationList) {
		l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(serial), RevocationTime: now().Add(-2 * time.Hour), ReasonCode: reason}}
	}
}

func scope(t testing.TB, value any) func(*x509.RevocationList) {
	t.Helper()
	der, err := asn1.Marshal(value)
	must(t, err)
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: der}}
	}
}

func TestWhatAListSays(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	point := func(uri string) issuingPoint {
		var p issuingPoint
		p.Point.FullName = []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(uri)}}
		return p
	}
	stale := func(l *x509.RevocationList) {
		l.ThisUpdate, l.NextUpdate = now().Add(-9*time.Hour), now().Add(-time.Second)
	}
	for name, c := range map[string]struct {
		list   []byte
		status Status
		reason Reason
	}{
		"nothing in it":         {i.list(t, nil), Good, ""},
		"another one in it":     {i.list(t, revoke(78, 1)), Good, ""},
		"it is in it":           {i.list(t, revoke(77, 1)), Revoked, ""},
		"without a reason":      {i.list(t, revoke(77, 0)), Revoked, ""},
		"taken off by a change": {i.list(t, revoke(77, 8)), Good, ""},
		"old":                   {i.list(t, stale), Unknown, Stale},
		"old, and it is in it":  {i.list(t, func(l *x509.RevocationList) { stale(l); revoke(77, 4)(l) }), Revoked, ""},
		"of tomorrow": {i.list(t, func(l *x509.RevocationList) {
			l.ThisUpdate, l.NextUpdate = now().Add(time.Hour), now().Add(2*time.Hour)
		}), Unknown, Early},
		"of the next minute":      {i.list(t, func(l *x509.RevocationList) { l.ThisUpdate = now().Add(time.Minute) }), Good, ""},
		"of somebody else":        {other.list(t, nil), Unknown, Unsigned},
		"of who has its name":     {other.list(t, revoke(77, 1)), Unknown, Unsigned},
		"for users alone":         {i.list(t, scope(t, issuingPoint{OnlyUsers: true})), Good, ""},
		"for its own address":     {i.list(t, scope(t, point(i.web.URL+"/a.crl"))), Good, ""},
		"for another address":     {i.list(t, scope(t, point(i.web.URL+"/b.crl"))), Unknown, Partial},
		"for authorities":         {i.list(t, scope(t, issuingPoint{OnlyCAs: true})), Unknown, Partial},
		"for some reasons":        {i.list(t, scope(t, issuingPoint{OnlyReasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}})), Unknown, Partial},
		"for others' as well":     {i.list(t, scope(t, issuingPoint{Indirect: true})), Unknown, Partial},
		"for attributes":          {i.list(t, scope(t, issuingPoint{OnlyAttributes: true})), Unknown, Partial},
		"for what nobody can say": {i.list(t, scope(t, "x")), Unknown, Partial},
		"of changes": {i.list(t, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}
		}), Unknown, Partial},
		"with something critical": {i.list(t, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
		}), Unknown, Partial},
		"cut off":   {i.list(t, nil)[:100], Unknown, Unreadable},
		"a page":    {[]byte("<html>"), Unknown, Unreadable},
		"nothing":   {nil, Unknown, Unreadable},
		"too much":  {bytes.Repeat([]byte{0}, mostList+1), Unknown, Unreadable},
		"its leaf":  {i.leaf.Raw, Unknown, Unreadable},
		"a changed": {bytes.Replace(i.list(t, revoke(77, 1)), []byte{2, 1, 77}, []byte{2, 1, 78}, 1), Unknown, Unsigned},
	} {
		i.serves(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(c.list) })
		a, err := Checker{}.Check(t.Context(), i.leaf, i.cert, now())
		if err != nil || a.Status != c.status || a.Reason != c.reason {
			t.Errorf("%s: %+v, %v, want %s %s", name, a, err, c.status, c.reason)
		}
		if tooMuch := strings.HasPrefix(a.Detail, "more than"); tooMuch != (name == "too much") {
			t.Errorf("%s: %s", name, a.Detail)
		}
		if a.Status == Revoked && !a.At.Equal(now().Add(-2*time.Hour)) {
			t.Errorf("%s: at %v", name, a.At)
		}
	}
}

func TestNobodyWhoSaysAnything(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	at := func(addresses ...string) *x509.Certificate {
		return i.certificate(t, &x509.Certificate{SerialNumber: big.NewInt(5), CRLDistributionPoints: addresses}, i.cert)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	answering := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	good := i.list(t, nil)
	for name, c := range map[string]struct {
		leaf, issuer *x509.Certificate
		serve        http.HandlerFunc
		want         Answer
	}{
		"no address":     {at(), i.cert, nil, Answer{Status: Unknown, Reason: NoAddress}},
		"LDAP alone":     {at("ldap://example.com/x"), i.cert, nil, Answer{Status: Unknown, Reason: NoAddress}},
		"a file":         {at("file:///etc/passwd"), i.cert, nil, Answer{Status: Unknown, Reason: NoAddress}},
		"another issuer": {i.leaf, other.cert, nil, Answer{Status: Unknown, Reason: OtherIssuer}},
		"nobody there":   {at(gone.URL), i.cert, nil, Answer{Status: Unknown, Reason: Unreachable}},
		"no such host":   {at("http://[::1"), i.cert, nil, Answer{Status: Unknown, Reason: Unreachable}},
		"not found":      {i.leaf, i.cert, answering(404), Answer{Status: Unknown, Reason: Unreachable}},
		"a failure":      {i.leaf, i.cert, answering(503), Answer{Status: Unknown, Reason: Unreachable}},
		"half of it": {i.leaf, i.cert, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "999")
			_, _ = w.Write(good)
		}, Answer{Status: Unknown, Reason: Unreachable}},
		"a slow one":      {i.leaf, i.cert, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Answer{Status: Unknown, Reason: Unreachable}},
		"one of two gone": {at(gone.URL, i.web.URL), i.cert, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(good) }, Answer{Status: Good}},
	} {
		i.serves(c.serve)
		a, err := Checker{Fetch: Fetch{Timeout: 300 * time.Millisecond}}.Check(t.Context(), c.leaf, c.issuer, now())
		if err != nil || a.Status != c.want.Status || a.Reason != c.want.Reason {
			t.Errorf("%s: %+v, %v, want %+v", name, a, err, c.want)
		}
	}
	i.serves(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := (Checker{}).Check(ctx, i.leaf, i.cert, now()); !errors.Is(err, context.Canceled) {
		t.Errorf("a signal: %v", err)
	}
}

// memory is a cache that can lie.
type memory map[string][]byte

func (m memory) Get(name string) ([]byte, bool) { list, ok := m[name]; return list, ok }

func (m memory) Put(name string, list []byte) { m[name] = list }

func TestListsAreKeptAsLongAsTheyHold(t *testing.T) {
	i, kept := newIssuer(t), memory{}
	i.serves(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(i.list(t, nil)) })
	check := func(name string, at time.Time, want Status, calls int64) {
		t.Helper()
		before := i.calls.Load()
		a, err := Checker{Cache: kept}.Check(t.Context(), i.leaf, i.cert, at)
		if err != nil || a.Status != want || i.calls.Load()-before != calls {
			t.Errorf("%s: %+v, %v after %d calls; want %s after %d", name, a, err, i.calls.Load()-before, want, calls)
		}
	}
	check("the first time", now(), Good, 1)
	check("again", now().Add(59*time.Minute), Good, 0)
	check("after it ended", now().Add(61*time.Minute), Unknown, 1)
	i.serves(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(i.list(t, func(l *x509.RevocationList) { l.NextUpdate = now().Add(3 * time.Hour); revoke(77, 1)(l) }))
	})
	check("a new one", now().Add(61*time.Minute), Revoked, 1)
	check("revoked for ever", now().AddDate(1, 0, 0), Revoked, 0)
	for address := range kept {
		kept[address] = []byte("something else")
	}
	check("a broken cache", now(), Revoked, 1)
}

// FuzzList looks for bytes that the issuer did not sign and that count all the same.
func FuzzList(f *testing.F) {
	i := newIssuer(f)
	good, users := i.list(f, nil), i.list(f, scope(f, issuingPoint{OnlyUsers: true}))
	f.Add(good)
	f.Add(users)
	f.Add(i.list(f, revoke(77, 1)))
	f.Add([]byte("-----BEGIN X509 CRL-----\n"))
	f.Fuzz(func(t *testing.T, der []byte) {
		a := read(der).look("http://example.com/a.crl", i.leaf, i.cert, now())
		if a.Status == Good && !bytes.Equal(der, good) && !bytes.Equal(der, users) {
			t.Errorf("good by %x", der)
		}
		if (a.Status == Unknown) != (a.Reason != "") {
			t.Errorf("%+v", a)
		}
	})
}

// In one run nobody is asked twice, whether a list came or not.
func TestMemory(t *testing.T) {
	i := newIssuer(t)
	good := i.list(t, nil)
	for name, serve := range map[string]http.HandlerFunc{
		"a list":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(good) },
		"no list":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no answer": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	} {
		i.serves(serve)
		i.calls.Store(0)
		c := Checker{Memory: Memory{}}
		first, err := c.Check(t.Context(), i.leaf, i.cert, now())
		must(t, err)
		second, err := c.Check(t.Context(), i.leaf, i.cert, now())
		must(t, err)
		if first != second || i.calls.Load() != 1 {
			t.Errorf("%s: %+v, %+v, asked %d times", name, first, second, i.calls.Load())
		}
	}
}
