package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// againstOptions are the flags of commands that compare with something else than a
// profile.
type againstOptions struct{ against, passwordFile string }

// reference reads --against: a file if there is one of that name, else a bare topic.
func (e *Env) reference(o againstOptions) (lifecycle.Reference, error) {
	r := lifecycle.Reference{File: named(o.against)}
	if _, err := os.Stat(o.against); errors.Is(err, fs.ErrNotExist) && o.against != stdio {
		topic, ok := pushcert.ParseTopic(o.against)
		if !ok {
			return r, problem.Say(problem.InputUnreadable, "against", problem.Params{"file": o.against})
		}
		r.Topic = topic
		return r, nil
	}
	file, err := e.lookAt(o.against, o.passwordFile)
	if err != nil {
		return r, err
	}
	return referenceOf(file, r.File)
}

// referenceOf is what a file gives to compare with: a topic that devices listen to, or
// the key that a request was made with.
func referenceOf(file *pushcert.File, name string) (lifecycle.Reference, error) {
	r := lifecycle.Reference{File: name}
	switch leaf := file.Leaf(); {
	case leaf != nil && leaf.Role() != pushcert.RoleMDMPush:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	case leaf != nil && leaf.Topic() == "":
		return r, problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
	case leaf != nil:
		r.Certificate, r.Topic = leaf, leaf.Topic()
	case file.Request != nil && file.Request.CSR != nil:
		r.PublicKey = file.Request.CSR.PublicKey()
	case file.CSR != nil:
		r.PublicKey = file.CSR.PublicKey()
	case file.Topic != "":
		r.Topic = file.Topic
	default:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	}
	return r, nil
}
