package pushcert

import (
	"encoding/asn1"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/guard"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

func TestLateHeaderInALongBlockEndsInTime(t *testing.T) {
	text := []byte("-----BEGIN CERTIFICATE-----" + strings.Repeat("\n", MaxFileSize-100) + ":-----END CERTIFICATE-----")
	err := guard.Within(10*time.Second, func() error {
		_, err := Read("", text, nil)
		return err
	})
	wantProblem(t, err, "file-damaged.pem")
}

func TestCMSIsWalkedBeforeItIsParsed(t *testing.T) {
	if _, err := parseCMS(nestedBER()); !errors.Is(err, ber.ErrForm) {
		t.Errorf("err = %v", err)
	}
}

// What the walk says of a message is what is told: nothing is made of a message that was not parsed.
func TestWhyAMessageIsDamagedIsTold(t *testing.T) {
	err := new(reader).signedData(nestedBER())
	wantProblem(t, err, "file-damaged.part.cms")
	if !errors.Is(err, ber.ErrForm) {
		t.Errorf("the cause is lost: %v", errors.Unwrap(err))
	}
}

// A bag may hold bags, and a key within an encrypted part hides what opening it costs.
func TestPKCS12IsOpenedWithinLimits(t *testing.T) {
	t.Parallel()
	sealed := func(iterations int) []byte {
		a := pbeAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}, pbeParameters{make([]byte, 8), iterations}}
		return marshal(t, struct {
			Algorithm pbeAlgorithm
			Data      []byte
		}{a, make([]byte, 64)})
	}
	inside := func(depth int) part {
		p := bag(t, shroudedKeyBag, sealed(1))
		for range depth {
			p = bag(t, safeBag, marshal(t, []part{p}))
		}
		return p
	}
	for name, row := range map[string]struct {
		bag  part
		want string
	}{
		"as deep as allowed": {inside(pbe.MaxSafeDepth), "password-wrong.p12"}, // it was reached
		"deeper":             {inside(pbe.MaxSafeDepth + 1), "file-damaged.part.p12"},
		"costlier":           {bag(t, shroudedKeyBag, sealed(pbe.MaxIterations+1)), "file-unsupported.too-costly"},
	} {
		_, err := Read("", pfxOf(t, safe(t, row.bag)), password("x"))
		if got := problem.Of(err).Key(); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
}
