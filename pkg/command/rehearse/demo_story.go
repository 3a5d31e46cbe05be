package rehearse

import (
	"context"
	"os"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The demo's files, as a person would name them.
const (
	demoProfile = "school"
	demoRequest = "PushCertificateRequest-school.plist"
	demoFirst   = "first-year.pem"
	demoSecond  = "second-year.pem"
	demoWrong   = "created-not-renewed.pem"
	demoAlien   = "other-key.pem"
)

// play is the whole life of a push certificate. Each chapter holds only if the ones
// before it did.
func (s *stage) play(ctx context.Context) error {
	s.say("intro", nil)
	for _, chapter := range []func(context.Context) error{
		s.prepare, s.vendor, s.request, s.issue, s.register, s.testPush, s.yearPasses, s.renewal, s.wakeFleet, s.wrongTopic, s.wrongKey, s.badRequests,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) prepare(ctx context.Context) error {
	s.begin("prepare")
	if err := os.WriteFile(s.path("simulated-apple.pem"), s.sim.RootPEM(), 0o600); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "init", "--organization", "Example School", "--apple-account", "mdm@example.com",
		"--email", "mdm@example.com", "--country", "JP", "--trust-root", "simulated-apple.pem")
}

func (s *stage) vendor(ctx context.Context) error {
	s.begin("vendor")
	if err := s.run(ctx, problem.ExitOK, "vendor", "csr", "--out", "vendor.csr"); err != nil {
		return err
	}
	if _, err := s.upload(ctx, "/vendor-certificates", "vendor.csr", "mdm.cer"); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "vendor", "import", "mdm.cer")
}

func (s *stage) request(ctx context.Context) error {
	s.begin("request")
	if err := s.run(ctx, problem.ExitOK, "csr", "-p", demoProfile, "--first", "--out", demoRequest); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "verify", demoRequest)
}

func (s *stage) issue(ctx context.Context) error {
	s.begin("issue")
	if err := s.run(ctx, problem.ExitOK, "portal"); err != nil {
		return err
	}
	_, err := s.upload(ctx, "/certificates", demoRequest, demoFirst)
	return err
}

func (s *stage) register(ctx context.Context) error {
	s.begin("register")
	if err := s.run(ctx, problem.ExitOK, "verify", demoFirst); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "import", demoFirst)
}

func (s *stage) yearPasses(ctx context.Context) error {
	s.ahead = 320 * 24 * time.Hour
	s.begin("year")
	return s.run(ctx, problem.ExitWarning, "status")
}

func (s *stage) renewal(ctx context.Context) error {
	s.begin("renewal")
	if err := s.run(ctx, problem.ExitOK, "csr", "--out", demoRequest, "--force"); err != nil {
		return err
	}
	if err := s.run(ctx, problem.ExitOK, "portal"); err != nil {
		return err
	}
	serial, err := s.serial(demoFirst)
	if err != nil {
		return err
	}
	if _, err := s.upload(ctx, "/certificates/"+serial+"/renew", demoRequest, demoSecond); err != nil {
		return err
	}
	if err := s.run(ctx, problem.ExitOK, "verify", demoSecond); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "import", demoSecond)
}

func (s *stage) wrongTopic(ctx context.Context) error {
	s.begin("wrong-topic")
	if err := s.run(ctx, problem.ExitOK, "csr", "--out", demoRequest, "--force"); err != nil {
		return err
	}
	if _, err := s.upload(ctx, "/certificates", demoRequest, demoWrong); err != nil {
		return err
	}
	if err := s.refused(ctx, "verify", demoWrong); err != nil {
		return err
	}
	return s.refused(ctx, "import", demoWrong)
}

func (s *stage) wrongKey(ctx context.Context) error {
	s.begin("wrong-key")
	forger, err := s.forger(ctx)
	if err != nil {
		return err
	}
	if err := forger.write(forgeNothing, "alien-request.plist"); err != nil {
		return err
	}
	serial, err := s.serial(demoSecond)
	if err != nil {
		return err
	}
	if _, err := s.upload(ctx, "/certificates/"+serial+"/renew", "alien-request.plist", demoAlien); err != nil {
		return err
	}
	return s.refused(ctx, "import", demoAlien)
}

func (s *stage) badRequests(ctx context.Context) error {
	s.begin("bad-requests")
	forger, err := s.forger(ctx)
	if err != nil {
		return err
	}
	for _, bad := range []struct {
		file  string
		fault forgery
	}{{"signed-with-sha1.plist", forgeSHA1}, {"broken-chain.plist", forgeChain}} {
		if err := forger.write(bad.fault, bad.file); err != nil {
			return err
		}
		if err := s.refused(ctx, "verify", bad.file); err != nil {
			return err
		}
		if err := s.rejected(ctx, bad.file); err != nil {
			return err
		}
	}
	return nil
}
