package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readGitLab reads the one job. What is installed before has to be this program.
func readGitLab(text []byte) ([]started, error) {
	var jobs map[string]struct {
		BeforeScript []string `yaml:"before_script"`
		Script       []string
		Artifacts    struct{ Reports struct{ Junit string } }
	}
	if err := yaml.Unmarshal(text, &jobs); err != nil {
		return nil, err
	}
	var all []started
	for name, job := range jobs {
		line := strings.Join(job.Script, "\n")
		if !slices.Equal(job.BeforeScript, []string{"go install github.com/apnsctl/apnsctl/cmd/apnsctl@latest"}) || !strings.Contains(line, " --out "+job.Artifacts.Reports.Junit+" ") {
			return nil, fmt.Errorf("job %s: %+v", name, job)
		}
		all = append(all, started{words: []string{"/bin/sh", "-ec", line}, env: map[string]string{}, work: true})
	}
	return all, nil
}

// workflow is what GitHub reads of one.
type workflow struct {
	On struct {
		Call struct {
			Inputs map[string]struct{ Default string }
		} `yaml:"workflow_call"`
	}
	Jobs map[string]struct {
		Uses  string
		With  map[string]string
		Steps []struct {
			Run string
			Env map[string]string
		}
	}
}

// readGitHub reads the steps of a workflow and of the one that it calls.
func readGitHub(text []byte, set map[string]string) (all []started, err error) {
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		return nil, err
	}
	expression := regexp.MustCompile(`^\$\{\{ (\w+)\.([\w-]+) \}\}$`)
	for _, job := range w.Jobs {
		for _, step := range job.Steps {
			env := map[string]string{"GITHUB_REPOSITORY": "example/school"}
			for name, value := range step.Env {
				m := expression.FindStringSubmatch(value)
				input, known := set[name], m != nil
				if m != nil && m[1] == "inputs" {
					input, known = set[m[2]], true
					if input == "" {
						input = w.On.Call.Inputs[m[2]].Default
					}
				}
				if !known {
					return nil, fmt.Errorf("%s is %q", name, value)
				}
				env[name] = input
			}
			all = append(all, started{words: []string{"bash", "-e", "-c", step.Run}, env: env, work: true})
		}
		if job.Uses == "" {
			continue
		}
		file, ok := strings.CutPrefix(job.Uses, "apnsctl/apnsctl/")
		file, _, tagged := strings.Cut(file, "@v")
		if !ok || !tagged {
			return nil, fmt.Errorf("uses %q", job.Uses)
		}
		called, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			return nil, err
		}
		var inputs workflow
		if err := yaml.Unmarshal(called, &inputs); err != nil {
			return nil, err
		}
		for name := range job.With {
			if _, ok := inputs.On.Call.Inputs[name]; !ok {
				return nil, fmt.Errorf("%s takes no %q", file, name)
			}
		}
		steps, err := readGitHub(called, job.With)
		if err != nil {
			return nil, err
		}
		all = append(all, steps...)
	}
	return all, nil
}

// readCronJob reads the containers of a manifest, as a cluster starts them with a file system
// that cannot be written.
func readCronJob(text []byte) (all []started, err error) {
	var manifest any
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		return nil, err
	}
	containers, _ := below(manifest, "spec", "jobTemplate", "spec", "template", "spec", "containers").([]any)
	for _, c := range containers {
		s := started{words: []string{"/usr/bin/apnsctl"}, env: bare(), readOnly: below(c, "securityContext", "readOnlyRootFilesystem") == true}
		args, _ := below(c, "args").([]any)
		for _, word := range args {
			s.words = append(s.words, fmt.Sprint(word))
		}
		mounts, _ := below(c, "volumeMounts").([]any)
		for _, mount := range mounts {
			if below(mount, "readOnly") != true {
				s.writable = append(s.writable, fmt.Sprint(below(mount, "mountPath")))
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// below is what stands under these keys; nil where one is missing.
func below(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}
