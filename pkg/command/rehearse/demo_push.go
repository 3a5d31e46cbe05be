package rehearse

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// demoFleet is how many devices are enrolled in the demo; one of them is erased later.
const demoFleet = 5

// testPush enrolls devices under the certificate's topic and pushes to the first.
func (s *stage) testPush(ctx context.Context) error {
	s.begin("test-push")
	if err := os.WriteFile(s.path("simulated-apns.pem"), s.sim.APNsCAPEM(), 0o600); err != nil {
		return err
	}
	leaf, err := s.leaf(demoFirst)
	if err != nil {
		return err
	}
	rows := []string{"token,push_magic"}
	for range demoFleet {
		token, magic := make([]byte, 32), rand.Text()
		if _, err := rand.Read(token); err != nil {
			return err
		}
		s.devices = append(s.devices, demoDevice{hex.EncodeToString(token), leaf.Topic(), magic, "active"})
		rows = append(rows, hex.EncodeToString(token)+","+magic)
	}
	for _, d := range s.devices {
		if err := s.enroll(ctx, d); err != nil {
			return err
		}
	}
	for file, lines := range map[string][]string{"one-device.csv": rows[:2], "fleet.csv": rows} {
		if err := os.WriteFile(s.path(file), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	return s.run(ctx, problem.ExitOK, s.pushArgs("one-device.csv")...)
}

// wakeFleet pushes to all devices with the renewed certificate, one of which was
// erased in the meantime, as in every real fleet.
func (s *stage) wakeFleet(ctx context.Context) error {
	s.begin("wake")
	gone := s.devices[len(s.devices)-1]
	gone.State = "unregistered"
	if err := s.enroll(ctx, gone); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, append(s.pushArgs("fleet.csv"), "--allow-unregistered")...)
}

func (s *stage) pushArgs(tokens string) []string {
	return []string{"push", "--tokens-file", tokens, "--endpoint", s.sim.APNsURL(), "--ca-file", "simulated-apns.pem"}
}

// demoDevice is a device as the simulator registers it.
type demoDevice struct {
	token     string
	Topic     string `json:"topic"`
	PushMagic string `json:"push_magic"`
	State     string `json:"state"`
}

func (s *stage) enroll(ctx context.Context, d demoDevice) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, s.sim.PortalURL()+"/devices/"+d.token, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusNoContent {
		return problem.Say(problem.DemoFailed, "portal", problem.Params{"status": fmt.Sprint(resp.StatusCode), "file": d.token})
	}
	return nil
}
