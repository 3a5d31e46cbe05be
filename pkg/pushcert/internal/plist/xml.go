package plist

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// isXML tells whether data begins as an XML property list, with or without
// XML declaration and DOCTYPE.
func isXML(data []byte) bool {
	head := bytes.TrimLeft(data[:min(len(data), 1024)], " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("<plist")), bytes.HasPrefix(head, []byte("<!DOCTYPE plist")):
		return true
	case bytes.HasPrefix(head, []byte("<?xml")):
		return bytes.Contains(head, []byte("<plist")) || bytes.Contains(head, []byte("DOCTYPE plist"))
	}
	return false
}

// xmlList reads an XML property list from its tokens. It keeps its own stack, so
// that a deep file costs a refusal and not the program's stack.
type xmlList struct {
	tokens *xml.Decoder
	stack  []xmlContainer
	values int
	top    any
	done   bool
}

// xmlContainer is a dict or array that is still open.
type xmlContainer struct {
	dict   map[string]any
	list   []any
	key    string
	hasKey bool
}

// ReadXML is [Read] of an XML property list, of which even the outermost element may be missing.
func ReadXML(data []byte) (any, error) {
	p := xmlList{tokens: xml.NewDecoder(bytes.NewReader(data))}
	p.tokens.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") || strings.HasPrefix(strings.ToLower(charset), "utf-16") {
			return in, nil // the text was brought to UTF-8 before
		}
		return nil, fmt.Errorf("character set %q is not supported", charset)
	}
	for {
		token, err := p.tokens.Token()
		switch {
		case errors.Is(err, io.EOF) && p.done:
			return p.top, nil
		case err != nil:
			return nil, fmt.Errorf("property list: %w", err)
		}
		if err := p.take(token); err != nil {
			return nil, err
		}
	}
}

func (p *xmlList) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return p.open(t)
	case xml.EndElement:
		return p.close(t.Name.Local)
	}
	return nil
}

func (p *xmlList) open(e xml.StartElement) error {
	if p.values++; p.values > maxValues || len(p.stack) > MaxDepth {
		return errLimit
	}
	switch e.Name.Local {
	case "plist":
		return nil
	case "dict":
		p.stack = append(p.stack, xmlContainer{dict: map[string]any{}})
		return nil
	case "array":
		p.stack = append(p.stack, xmlContainer{list: []any{}})
		return nil
	}
	text, err := p.leaf()
	if err != nil {
		return err
	}
	if e.Name.Local == "key" {
		return p.setKey(text)
	}
	value, err := xmlValue(e.Name.Local, text)
	if err != nil {
		return err
	}
	return p.put(value)
}

// leaf reads the text of an element that may hold nothing else.
func (p *xmlList) leaf() (string, error) {
	var text strings.Builder
	for {
		token, err := p.tokens.Token()
		if err != nil {
			return "", fmt.Errorf("property list: %w", err)
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			return text.String(), nil
		case xml.StartElement:
			return "", errForm
		}
	}
}

func xmlValue(element, text string) (any, error) {
	switch element {
	case "string":
		return text, nil
	case "data":
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, fmt.Errorf("property list: %w", err)
		}
		return data, nil
	case "true", "false":
		return element == "true", nil
	case "integer", "real", "date":
		return nil, nil
	}
	return nil, errForm
}

func (p *xmlList) setKey(key string) error {
	if len(p.stack) == 0 {
		return errForm
	}
	c := &p.stack[len(p.stack)-1]
	if c.dict == nil || c.hasKey {
		return errForm
	}
	c.key, c.hasKey = key, true
	return nil
}

// put places a finished value into the innermost open container.
func (p *xmlList) put(value any) error {
	if len(p.stack) == 0 {
		if p.done {
			return errForm
		}
		p.top, p.done = value, true
		return nil
	}
	c := &p.stack[len(p.stack)-1]
	switch {
	case c.dict == nil:
		c.list = append(c.list, value)
	case c.hasKey:
		c.dict[c.key], c.hasKey = value, false
	default:
		return errForm
	}
	return nil
}

func (p *xmlList) close(element string) error {
	if element == "plist" || len(p.stack) == 0 {
		return nil
	}
	c := p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	switch {
	case c.hasKey:
		return errForm
	case c.dict != nil:
		return p.put(c.dict)
	}
	return p.put(c.list)
}
