package portal

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// xmlMaxDepth bounds containers in containers; a request has one.
const xmlMaxDepth = 64

var (
	errXMLText  = errors.New("property list: text where only elements may stand")
	errXMLOrder = errors.New("property list: an element where it may not stand")
)

// xmlList reads a property list strictly, as the XML that Apple describes: in UTF-8, one root,
// nothing behind it, no text outside of keys and values [I]. A library that is made to get
// as much as possible out of a file would pass two requests that were glued together.
type xmlList struct{ tokens *xml.Decoder }

// readXMLPlist gives the strings of the top dictionary, for which plist may be missing [U].
// Values of other kinds are left out.
func readXMLPlist(document []byte) (map[string]any, error) {
	l := xmlList{xml.NewDecoder(bytes.NewReader(document))}
	root, err := l.start("plist", "dict")
	if err != nil {
		return nil, err
	}
	wrapped := root == "plist"
	if wrapped {
		if _, err := l.start("dict"); err != nil {
			return nil, err
		}
	}
	values, err := l.dictionary(0)
	if err != nil {
		return nil, err
	}
	if wrapped {
		if token, err := l.next(); err != nil || !isEnd(token) {
			return nil, errors.Join(errXMLOrder, err)
		}
	}
	if _, err := l.next(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errors.New("property list: something stands behind it"), err)
	}
	return values, nil
}

// next gives the next start or end of an element; between them only white space may stand.
func (l xmlList) next() (xml.Token, error) {
	for {
		token, err := l.tokens.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement, xml.EndElement:
			return t, nil
		case xml.CharData:
			if len(bytes.Trim(t, whiteSpace)) > 0 {
				return nil, errXMLText
			}
		}
	}
}

// start wants one of these elements to begin.
func (l xmlList) start(names ...string) (string, error) {
	token, err := l.next()
	if err != nil {
		return "", err
	}
	element, isStart := token.(xml.StartElement)
	for _, name := range names {
		if isStart && element.Name.Local == name {
			return name, nil
		}
	}
	return "", fmt.Errorf("property list: one of %q is missing", names)
}

func isEnd(token xml.Token) bool {
	_, is := token.(xml.EndElement)
	return is
}

func (l xmlList) dictionary(depth int) (map[string]any, error) {
	values := map[string]any{}
	for {
		token, err := l.next()
		if err != nil {
			return nil, err
		}
		element, isStart := token.(xml.StartElement)
		if !isStart {
			return values, nil
		}
		if element.Name.Local != "key" {
			return nil, errXMLOrder
		}
		key, err := l.text()
		if err != nil {
			return nil, err
		}
		if token, err = l.next(); err != nil {
			return nil, err
		}
		value, err := l.value(token, depth)
		if err != nil {
			return nil, err
		}
		values[key] = value
	}
}

// value reads one value, whose content matters only if it is a string.
func (l xmlList) value(token xml.Token, depth int) (any, error) {
	element, isStart := token.(xml.StartElement)
	if !isStart || depth > xmlMaxDepth {
		return nil, errXMLOrder
	}
	switch name := element.Name.Local; name {
	case "string":
		return l.text()
	case "data":
		text, err := l.text()
		if err == nil {
			_, err = base64.StdEncoding.DecodeString(withoutSpace(text))
		}
		return nil, err
	case "integer", "real", "date", "true", "false":
		_, err := l.text()
		return nil, err
	case "dict":
		_, err := l.dictionary(depth + 1)
		return nil, err
	case "array":
		return nil, l.array(depth + 1)
	default:
		return nil, fmt.Errorf("property list: no such element as %s", name)
	}
}

func (l xmlList) array(depth int) error {
	for {
		token, err := l.next()
		if err != nil || isEnd(token) {
			return err
		}
		if _, err := l.value(token, depth); err != nil {
			return err
		}
	}
}

// text reads the content of an element that has no others in it.
func (l xmlList) text() (string, error) {
	var text []byte
	for {
		token, err := l.tokens.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.StartElement:
			return "", errXMLOrder
		case xml.EndElement:
			return string(text), nil
		}
	}
}
