package inspect

import (
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// bare is the value that --field asks of a file. Of certificates of different topics whose values differ none
// is given: a script would take it for the file's.
func (o *inspectOptions) bare(r inspected) (value string, told []problem.Finding) {
	read := inspectFields()[o.field]
	value = read(o.view(r))
	if r.leaf() == nil {
		return value, nil
	}
	rivals := meant(r.file)
	topics := pushcert.TopicsOf(rivals)
	if len(topics) < 2 {
		return value, nil
	}
	for _, c := range rivals {
		own := r
		own.file = r.file.About(func(other *pushcert.Certificate) bool { return other == c })
		if read(o.view(own)) != value {
			return "", []problem.Finding{problem.FoundAs(problem.SeveralCertificates, "field", problem.Critical, problem.Params{
				"file": disk.Named(r.name), "field": o.field, "held_topics": strings.Join(topics, ", "),
			})}
		}
	}
	return value, nil
}

// meant are the certificates of a file that it can be about: those whose keys lie beside them, if any does.
func meant(file *pushcert.File) []*pushcert.Certificate {
	rivals := file.Rivals()
	keyed := slices.DeleteFunc(slices.Clone(rivals), func(c *pushcert.Certificate) bool {
		return !slices.ContainsFunc(file.Keys, func(k *pushcert.Key) bool { return k.PublicKey() == c.PublicKey() })
	})
	if len(keyed) > 0 {
		return keyed
	}
	return rivals
}
