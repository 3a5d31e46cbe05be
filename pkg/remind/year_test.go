package remind

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	random "math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

var began = time.Date(2026, time.January, 1, 9, 30, 0, 0, time.UTC)

// held is a certificate that ends after so many days.
func held(t *testing.T, serial int64, from time.Time, days int) *lifecycle.Held {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: from, NotAfter: from.AddDate(0, 0, days),
		Subject: pkix.Name{CommonName: "APSP:x"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &lifecycle.Held{PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), ImportedAt: from}
}

// The clock goes on by the hour for 430 days. The machine sleeps at times, and now and then it is
// killed between a delivery and the memory of it. Every rung that there was an hour for is told
// once to each; after a kill perhaps twice; none is lost; and none is told of a certificate that
// was renewed.
func TestEveryRungIsToldOnce(t *testing.T) {
	const seeds, length = 2, 430
	twice, kills, deliveries := 0, 0, 0
	for seed := range uint64(seeds) {
		y := &year{
			t: t, r: random.New(random.NewPCG(seed, 1)), told: map[string]int{}, killed: map[string]int{},
			s: &lifecycle.State{
				Profiles: map[string]*lifecycle.Profile{
					"renewed": {Certificate: held(t, 1, began, 365), AppleAccount: "account@example.com"},
					"expires": {Certificate: held(t, 2, began, 365), Notify: &lifecycle.ProfileNotify{To: []string{"own@example.com"}, Ladder: "30,0,-7"}},
					"off":     {Certificate: held(t, 3, began, 365), Notify: &lifecycle.ProfileNotify{Disabled: true}},
				},
				Tokens: []lifecycle.Token{{Kind: lifecycle.KindADEToken, Name: "school", NotAfter: began.AddDate(0, 0, 200)}},
			},
		}
		for hour := range length * 24 {
			now := began.Add(time.Duration(hour) * time.Hour)
			if hour == 340*24 {
				y.s.Profiles["renewed"].Certificate = held(t, 10, now, 365)
			}
			if y.r.IntN(60) == 0 {
				y.sleeps = now.Add(time.Duration(y.r.IntN(20)) * time.Hour) // never a whole day: no rung is missed
			}
			if now.After(y.sleeps) {
				y.run(now)
			}
		}
		y.check()
		kills, deliveries = kills+y.kills, deliveries+y.deliveries
		for _, n := range y.told {
			if n > 1 {
				twice += n - 1
			}
		}
	}
	t.Logf("%d deliveries, %d kills between one and its memory, %d told twice", deliveries, kills, twice)
	if kills == 0 || twice != kills {
		t.Errorf("%d kills, %d told twice", kills, twice)
	}
}

// year is a run of the clock.
type year struct {
	t                 *testing.T
	r                 *random.Rand
	s                 *lifecycle.State
	sleeps            time.Time
	told, killed      map[string]int
	kills, deliveries int
}

// run is one run of notify.
func (y *year) run(now time.Time) {
	y.t.Helper()
	ladder, err := ParseLadder("90,60,30,7-1,0")
	if err != nil {
		y.t.Fatal(err)
	}
	policy := Policy{To: []string{"a@example.com", "B@example.com", "b@example.com"}, IncludeAccount: true, Ladder: ladder, Webhooks: []string{"chat"}, HasMail: true}
	plan, err := Make(y.s, policy, now)
	if err != nil {
		y.t.Fatal(err)
	}
	for _, n := range plan.Due {
		if !n.Still(y.s) {
			y.t.Errorf("%v is due, and was told", n)
		}
		key := fmt.Sprint(n.Kind, n.Profile, n.Serial, " ", n.Recipient, " ", n.Rung)
		y.told[key]++
		y.deliveries++
		if y.r.IntN(6) == 0 { // killed before the memory is written
			y.killed[key]++
			y.kills++
			return
		}
		n.Told(y.s, "a@b", now)
	}
}

// check counts what was told.
func (y *year) check() {
	y.t.Helper()
	var want []string
	expect := func(subject string, recipients []string, rungs ...int) {
		for _, to := range recipients {
			for _, rung := range rungs {
				want = append(want, fmt.Sprint(subject, " ", to, " ", rung))
			}
		}
	}
	all := []string{"a@example.com", "B@example.com", "chat"}
	expect("pushrenewed01", append([]string{"account@example.com"}, all...), 90, 60, 30)
	expect("pushexpires02", []string{"own@example.com"}, 30, 0, -7)
	expect("pushexpires02", []string{"chat"}, 30, 0, -7)
	expect("ade-token2026-07-20T09:30:00Z", all, 90, 60, 30, 7, 6, 5, 4, 3, 2, 1, 0)
	for _, key := range want {
		if n := y.told[key]; n != 1+y.killed[key] {
			y.t.Errorf("%s: told %d times, with %d kills", key, n, y.killed[key])
		}
	}
	for key := range y.told {
		if !slices.Contains(want, key) {
			y.t.Errorf("told besides: %s", key)
		}
	}
}
