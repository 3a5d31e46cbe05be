// Package kubernetes holds manifests for people to start from, and this check of them. It is a
// module of its own, so that nobody who uses apnsctl's packages has Kubernetes among their modules.
package kubernetes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// read reads a manifest into the API's own type. A field that the type does not have, or has
// elsewhere, or that stands there twice, is a fault: a cluster might drop it.
func read(t *testing.T, text []byte) (kind string, job *batchv1.JobSpec) {
	t.Helper()
	var about metav1.TypeMeta
	if err := yaml.Unmarshal(text, &about); err != nil {
		t.Fatal(err)
	}
	if about.APIVersion != batchv1.SchemeGroupVersion.String() {
		t.Fatalf("version %q", about.APIVersion)
	}
	switch about.Kind {
	case "Job":
		var j batchv1.Job
		if err := yaml.UnmarshalStrict(text, &j); err != nil {
			t.Fatal(err)
		}
		return about.Kind, &j.Spec
	case "CronJob":
		var c batchv1.CronJob
		if err := yaml.UnmarshalStrict(text, &c); err != nil {
			t.Fatal(err)
		}
		if c.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent || len(strings.Fields(c.Spec.Schedule)) != 5 {
			t.Errorf("schedule %q, concurrency %q", c.Spec.Schedule, c.Spec.ConcurrencyPolicy)
		}
		return about.Kind, &c.Spec.JobTemplate.Spec
	}
	t.Fatalf("kind %q", about.Kind)
	return "", nil
}

func TestManifests(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d manifests: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kind, job := read(t, text)
			checkPod(t, job.Template.Spec)
			if indexed := job.CompletionMode != nil; indexed {
				checkIndexed(t, job)
			} else if kind == "Job" {
				t.Error("a fleet is woken by an Indexed Job")
			}
		})
	}
}

// checkPod requires what Pod Security "restricted" does, and that every mount has its volume.
func checkPod(t *testing.T, pod corev1.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("security of the pod: %+v", s)
	}
	if pod.RestartPolicy != corev1.RestartPolicyNever || pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Error("the pod is begun again by the job alone, and needs no account")
	}
	for _, c := range pod.Containers {
		s := c.SecurityContext
		if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
			s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) {
			t.Errorf("security of %s: %+v", c.Name, s)
		}
		for _, m := range c.VolumeMounts {
			if !slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name }) {
				t.Errorf("no volume %q", m.Name)
			}
		}
	}
}

// checkIndexed requires that the job has a pod for each part of the input.
func checkIndexed(t *testing.T, job *batchv1.JobSpec) {
	t.Helper()
	if *job.CompletionMode != batchv1.IndexedCompletion || job.Completions == nil || job.BackoffLimitPerIndex == nil {
		t.Fatalf("%+v", job)
	}
	args := job.Template.Spec.Containers[0].Args
	i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "--shard=") })
	if i < 0 {
		t.Fatalf("no --shard among %q", args)
	}
	_, parts, _ := strings.Cut(args[i], "/")
	if want := string('0'+rune(*job.Completions/10)) + string('0'+rune(*job.Completions%10)); parts != want {
		t.Errorf("%s of %d pods", args[i], *job.Completions)
	}
	for _, rule := range job.PodFailurePolicy.Rules {
		if rule.OnExitCodes != nil && slices.Contains(rule.OnExitCodes.Values, 8) {
			t.Error("exit 8 is worth another try")
		}
	}
}

// A manifest with a field that is misspelt or in the wrong place is seen.
func TestStrict(t *testing.T) {
	text, err := os.ReadFile("wake.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"completionMode", "completionmode2"}, {"parallelism: 10", "schedule: x"}, {"  completions: 10", "  completions: 10\n  completions: 10"}} {
		var j batchv1.Job
		if err := yaml.UnmarshalStrict([]byte(strings.Replace(string(text), change[0], change[1], 1)), &j); err == nil {
			t.Errorf("%q is taken", change[1])
		}
	}
}
