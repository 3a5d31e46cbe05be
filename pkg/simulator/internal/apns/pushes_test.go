package apns

import (
	"fmt"
	"testing"
)

func TestPushLogKeepsTheNewestInOrder(t *testing.T) {
	const limit, count = 2000, 10_000
	l := newPushLog(limit)
	for i := range count {
		l.add(Push{Token: fmt.Sprintf("%08x", i), Topic: "t", PushMagic: "m", APNsID: testID, At: since()})
	}
	got := l.all()
	if len(got) > limit || len(got) < limit/2 || l.kept != len(got) {
		t.Fatalf("kept %d (%d) of %d, want at most %d", len(got), l.kept, count, limit)
	}
	for i, p := range got {
		want := Push{Token: fmt.Sprintf("%08x", count-len(got)+i), Topic: "t", PushMagic: "m", APNsID: testID, At: since()}
		if p != want {
			t.Fatalf("push %d: got %+v, want %+v", i, p, want)
		}
	}
	if l.accepted != count || l.repeated != count-1 {
		t.Errorf("counted %d accepted, %d repeated", l.accepted, l.repeated)
	}
}

func TestPushLogIsBoundedInBytesToo(t *testing.T) {
	l := newPushLog(maxRecordedPushes)
	l.room = 3
	magic := string(make([]byte, 4000))
	for range 10 * pushChunkSize / len(magic) {
		l.add(Push{Token: "aa", PushMagic: magic})
	}
	if len(l.chunks) != 3 || len(l.all()) != l.kept {
		t.Errorf("%d chunks with %d pushes, want 3", len(l.chunks), l.kept)
	}
}

func TestPushLogRemembersIDsAcrossGenerations(t *testing.T) {
	l := newPushLog(10)
	id := func(i int) Push { return Push{Token: "aa", APNsID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i)} }
	for i := range 15 {
		l.add(id(i))
	}
	if l.repeated != 0 {
		t.Fatalf("%d repeated", l.repeated)
	}
	l.add(id(5))
	l.add(id(14))
	if l.repeated != 2 {
		t.Errorf("%d repeated, want 2", l.repeated)
	}
	for i := range 100 {
		l.add(id(1000 + i))
	}
	if len(l.ids)+len(l.olderIDs) > 20 {
		t.Errorf("%d ids are remembered", len(l.ids)+len(l.olderIDs))
	}
}
