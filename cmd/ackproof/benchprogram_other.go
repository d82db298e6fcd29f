//go:build !linux

package main

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
)

// benchedProgram returns an error: programs run on Linux only.
func benchedProgram(context.Context, []string) (builtin.Benched, error) {
	return builtin.Benched{}, usage(errors.New("a program that speaks the worker protocol runs on Linux only: name engines instead"))
}
