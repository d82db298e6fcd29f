package faultfs

import (
	"fmt"
	"strings"
)

// Runs renders bytes as runs: "2500A+1596z". Zeros are z, other bytes a letter
// if they are one, or hexadecimal.
func Runs(data []byte) string {
	var runs []string
	for len(data) > 0 {
		n := 1
		for n < len(data) && data[n] == data[0] {
			n++
		}
		word := fmt.Sprintf("x%02x", data[0])
		switch b := data[0]; {
		case b == 0:
			word = "z"
		case b >= 'A' && b <= 'Z':
			word = string(rune(b))
		}
		runs = append(runs, fmt.Sprintf("%d%s", n, word))
		data = data[n:]
	}
	return strings.Join(runs, "+")
}
