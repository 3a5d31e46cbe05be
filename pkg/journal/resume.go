package journal

import (
	"bufio"
	"errors"
	"hash/crc32"
	"io"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Progress is what an old journal says: which positions need no push any more.
type Progress struct {
	Header
	// Accepted and Device count the positions that are done.
	Accepted, Device int64
	// Whole is the length of the journal in bytes up to the end of its last whole line.
	// What follows was torn; go on writing here.
	Whole int64

	pages   []*page
	refused func(*apns.Result)
}

// page holds a byte a position: done, and a mark of the token. Pages do not move as the
// fleet grows, so memory is never twice what is needed.
type page [1 << 16]byte

const done = 0x80

// maxLine bounds a line of a journal.
const maxLine = 64 << 10

// Read reads an old journal of that name; an empty one is a zero Progress. A line that is no line of
// a journal is a file-damaged problem, but for a last one without its end: that is torn. Of another
// file not even a line without its end is taken for that: who goes on cuts off what was torn.
// Positions whose last result was later, network or credential are not done. Each result
// that is done without having been accepted goes to refused, for no later run repeats it.
func Read(name string, in io.Reader, refused func(*apns.Result)) (*Progress, error) {
	p := &Progress{refused: refused}
	lines := bufio.NewReaderSize(in, maxLine)
	for number := 1; ; number++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) && (number > 1 || begins(line)) {
			return p, nil
		}
		if err == nil {
			err = p.line(line, number == 1)
		}
		switch {
		case errors.Is(err, errLine), errors.Is(err, bufio.ErrBufferFull), errors.Is(err, io.EOF):
			return nil, damaged(name, number)
		case err != nil:
			return nil, err
		}
		p.Whole += int64(len(line))
	}
}

// begins tells whether a first line without its end may be that of a journal.
func begins(line []byte) bool {
	return strings.HasPrefix(beginning, string(line[:min(len(line), len(beginning))]))
}

func damaged(name string, line int) error {
	if line == 1 {
		return problem.Say(problem.FileDamaged, "no-journal", problem.Params{"file": name})
	}
	return problem.Say(problem.FileDamaged, "journal", problem.Params{"file": name, "line": strconv.Itoa(line)})
}

var errLine = errors.New("journal: not a line of a journal")

func (p *Progress) line(line []byte, first bool) error {
	r, ok := readLine(line)
	switch {
	case !ok:
		return errLine
	case first && r.run != "":
		p.Input, p.Shard = r.input, r.shard
		var err error
		p.Run, err = parseID(r.run)
		return err
	case first, r.class == "", r.position < 0, r.position >= maxPositions:
		return errLine
	case r.class == apns.Accepted:
		p.Accepted++
	case r.class == apns.Device:
		p.Device++
		refusal, err := readRefusal(line)
		if err != nil {
			return err
		}
		p.refused(refusal)
	default:
		return nil
	}
	*p.cell(r.position) = done | mark(r.token)
	return nil
}

// maxPositions keeps a damaged journal from asking for all memory there is.
const maxPositions = 1 << 32

// cell is the byte of a position.
func (p *Progress) cell(position int64) *byte {
	i := int(position >> 16)
	for len(p.pages) <= i {
		p.pages = append(p.pages, nil)
	}
	if p.pages[i] == nil {
		p.pages[i] = new(page)
	}
	return &p.pages[i][position&0xffff]
}

// Done tells whether the push at a position needs no other try. A position whose token is
// not the journal's is a usage problem: the input is another one. One in 128 differences
// stays unseen, so an exchanged file is noticed within a few rows.
func (p *Progress) Done(position int64, token []byte) (bool, error) {
	i := position >> 16
	if i >= int64(len(p.pages)) || p.pages[i] == nil {
		return false, nil
	}
	cell := p.pages[i][position&0xffff]
	switch {
	case cell&done == 0:
		return false, nil
	case cell != done|mark(token):
		return false, problem.Say(problem.Usage, "push-resume-token", problem.Params{"row": strconv.FormatInt(position+1, 10)})
	}
	return true, nil
}

// Same tells whether the journal belongs to an input; a pipe has no hash to compare.
func (p *Progress) Same(input string) bool {
	return p.Input == "" || input == "" || p.Input == input
}

// SameShard tells whether the journal belongs to a part of the input; one that does not
// say may be of any.
func (p *Progress) SameShard(shard string) bool { return p.Shard == "" || p.Shard == shard }

// mark is seven bits of a token.
func mark(token []byte) byte { return byte(crc32.ChecksumIEEE(token) % done) }
