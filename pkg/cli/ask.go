package cli

import (
	"errors"
	"slices"
	"strings"

	"filippo.io/age/plugin"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// AskTwin asks whether a name is meant that another profile has in all but its spelling.
// Any other refusal stays what it is.
func (e *Env) AskTwin(refusal error) error {
	twin := problem.Of(refusal)
	if twin.Key() != "usage.profile-twin" {
		return refusal
	}
	meant, _, err := e.AskYesNo("twin", twin.Params)
	if err == nil && !meant {
		return twin
	}
	return err
}

// MostTries is how often a question is asked again after an answer that makes no sense.
const MostTries = secret.MostTries

// AskYesNo asks a question of the catalogue. Not answered is Enter alone. What could not be understood is
// no answer at all, and never what Enter stands for: it ends the command.
func (e *Env) AskYesNo(key string, params problem.Params) (yes, answered bool, err error) {
	for tries := MostTries; tries > 0; tries-- {
		answer, err := e.IO.Ask(e.T("output.ask."+key, params))
		if err != nil {
			return false, false, err
		}
		switch answer = strings.ToLower(answer); {
		case answer == "":
			return false, false, nil
		case slices.Contains(strings.Fields(e.T("output.ask.yes", nil)), answer):
			return true, true, nil
		case slices.Contains(strings.Fields(e.T("output.ask.no", nil)), answer):
			return false, true, nil
		}
		if tries > 1 { // else it is what ends the command
			e.Stderr(e.T("output.unclear.yes-no", nil))
		}
	}
	return false, false, problem.Say(problem.Usage, "answer", nil)
}

// AskReplace asks a person whether the file in the way of an output may go, for which Enter means usual.
// Where nobody can be asked, or there is another refusal, that is what it returns.
func (e *Env) AskReplace(out disk.Output, refusal error, key string, params problem.Params, usual bool) (disk.Output, error) {
	if refusal == nil || problem.Of(refusal).Key() != string(problem.OutputExists) || !e.IO.CanAsk() || e.JSON() {
		return out, refusal
	}
	yes, answered, err := e.AskYesNo(key, params)
	if err == nil && !yes && (answered || !usual) {
		err = refusal
	}
	out.Force = err == nil
	return out, err
}

// plugins let the programs that age calls for other kinds of keys ask at the terminal.
func (e *Env) plugins() signing.Plugins {
	nobody := errors.New("nobody is at a terminal")
	says := func(name, message string) string {
		return e.T("output.recipients.plugin", problem.Params{"plugin": "age-plugin-" + name, "message": msg.Clean(message)})
	}
	return signing.Plugins{Done: e.IO.Done, UI: &plugin.ClientUI{
		DisplayMessage: func(name, message string) error { e.Stderr(says(name, message)); return nil },
		RequestValue: func(name, message string, secret bool) (string, error) {
			switch {
			case !e.IO.CanAsk():
				return "", nobody
			case secret:
				typed, err := e.IO.AskSecret(says(name, message) + " ")
				return string(typed), err
			}
			return e.IO.Ask(says(name, message) + " ")
		},
		Confirm: func(name, message, yes, no string) (bool, error) {
			if !e.IO.CanAsk() {
				return false, nobody
			}
			choices := " [1: " + msg.Clean(yes)
			if no != "" {
				choices += ", 2: " + msg.Clean(no)
			}
			answer, err := e.IO.Ask(says(name, message) + choices + "] ")
			return answer == "1" || answer == "" && no == "", err
		},
		WaitTimer: func(name string) { e.Note("recipients.plugin-waits", problem.Params{"plugin": "age-plugin-" + name}) },
	}}
}
