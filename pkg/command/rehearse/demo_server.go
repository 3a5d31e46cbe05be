package rehearse

import (
	"context"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// demoServer is the server of the story, and demoToken the variable with what opens it.
const (
	demoServer = "intune"
	demoToken  = "INTUNE_TOKEN"
)

// playServer is the year of somebody whose server holds the key.
func (s *stage) playServer(ctx context.Context) (err error) {
	s.standIn, err = server.Start(ctx, demoServer, "", server.Options{Sign: s.sim.SignRequest, Secret: s.passphrase, Now: s.now, NewKey: s.env.NewKey})
	if err != nil {
		return problem.Say(problem.ListenFailed, "demo", problem.Params{"detail": err.Error()}).Because(err)
	}
	defer s.standIn.Close()
	s.say("server-intro", nil)
	for _, chapter := range []func(context.Context) error{
		s.prepare, s.addServer, s.fetch, s.handOver, s.yearPasses, s.fetchAgain, s.wrongTopicForServer, s.renewOnServer,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) addServer(ctx context.Context) error {
	s.begin("server-add")
	if err := s.run(ctx, problem.ExitOK, "server", "add", demoServer, "--kind", demoServer,
		"--url", s.standIn.Base(), "--credential", "token=env:"+demoToken); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "import", "--from-server", demoServer, "-p", demoProfile)
}

func (s *stage) fetch(ctx context.Context) error {
	s.begin("server-fetch")
	if err := s.run(ctx, problem.ExitOK, "csr", "-p", demoProfile, "--first", "--out", demoRequest); err != nil {
		return err
	}
	if err := s.run(ctx, problem.ExitOK, "verify", demoRequest); err != nil {
		return err
	}
	_, err := s.upload(ctx, "/certificates", demoRequest, demoFirst)
	return err
}

func (s *stage) handOver(ctx context.Context) error {
	s.begin("server-upload")
	return s.upAndBack(ctx, demoFirst)
}

// upAndBack registers a certificate, hands it over, and shows what the server uses then.
func (s *stage) upAndBack(ctx context.Context, file string) error {
	if err := s.run(ctx, problem.ExitOK, "import", file, "--upload"); err != nil {
		return err
	}
	return s.run(ctx, problem.ExitOK, "server", "show", demoProfile)
}

func (s *stage) fetchAgain(ctx context.Context) error {
	s.begin("server-again")
	return s.run(ctx, problem.ExitOK, "csr", "--out", demoRequest, "--force")
}

// wrongTopicForServer shows that the server hears nothing of a certificate that the gate refuses.
func (s *stage) wrongTopicForServer(ctx context.Context) error {
	s.begin("server-wrong-topic")
	if _, err := s.upload(ctx, "/certificates", demoRequest, demoWrong); err != nil {
		return err
	}
	before := len(s.standIn.Calls())
	if err := s.refused(ctx, "import", demoWrong, "--upload"); err != nil {
		return err
	}
	calls := strconv.Itoa(len(s.standIn.Calls()) - before)
	s.say("server-calls", problem.Params{"count": calls})
	if calls != "0" {
		return problem.New(problem.DemoFailed, problem.Params{"step": "import --upload", "got": calls, "want": "0"})
	}
	return nil
}

func (s *stage) renewOnServer(ctx context.Context) error {
	s.begin("server-renewal")
	serial, err := s.serial(demoFirst)
	if err != nil {
		return err
	}
	if _, err := s.upload(ctx, "/certificates/"+serial+"/renew", demoRequest, demoSecond); err != nil {
		return err
	}
	return s.upAndBack(ctx, demoSecond)
}
