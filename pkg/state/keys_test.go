package state_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// A sealed value is found wherever the schema of the settings has a text, under the key that
// config set knows it by.
func TestEachSealed(t *testing.T) {
	const sealed = "-----BEGIN AGE ENCRYPTED FILE-----\n"
	st := &lifecycle.State{}
	texts := fillTexts(reflect.ValueOf(&st.Settings).Elem(), sealed) + fillTexts(reflect.ValueOf(&st.Servers).Elem(), sealed)
	var keys []string
	err := state.EachSealed(st, func(setting string, value *string) error {
		keys = append(keys, setting)
		*value = "found"
		return nil
	})
	if err != nil || len(keys) != texts || texts < 15 {
		t.Errorf("%d of %d texts (%v)", len(keys), texts, err)
	}
	for _, want := range []string{"organization", "notify.to", "notify.smtp.password", "notify.smtp.username", "notify.webhooks.chat.url", "notify.webhooks.chat.secret", "notify.ping", "servers.name.credentials.name"} {
		if !slices.Contains(keys, want) {
			t.Errorf("no %s among %v", want, keys)
		}
	}
	if err := state.EachSealed(st, func(setting string, _ *string) error { t.Errorf("%s is not sealed", setting); return nil }); err != nil {
		t.Error(err)
	}
}

// fillTexts puts a text wherever one can stand; a webhook keeps its name.
func fillTexts(v reflect.Value, text string) (n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return 1
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.Name == "Name" {
				value.SetString("chat")
				continue
			}
			n += fillTexts(value, text)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		n = fillTexts(v.Index(0), text)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		item := reflect.New(v.Type().Elem()).Elem()
		n = fillTexts(item, text)
		v.SetMapIndex(reflect.ValueOf("name"), item)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		n = fillTexts(v.Elem(), text)
	}
	return n
}

// What lies where it is written is no state file, or cannot be found: nothing is made.
func TestEncodeIntoWhatIsNoStateFile(t *testing.T) {
	text, err := state.Encode([]byte("hello: [\n"), &lifecycle.State{Version: lifecycle.Version})
	if err == nil || text != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestCreateThroughLinksWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	if err := os.Symlink(path, path); err != nil {
		t.Fatal(err)
	}
	p := wantCode(t, state.Open(path).Create(t.Context(), fleet(1)), "state-unwritable")
	if broken, ok := errors.AsType[*fs.PathError](p); !ok || broken.Op != "follow" {
		t.Errorf("because of %v", errors.Unwrap(p))
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("made %v (%v)", names, err)
	}
}
