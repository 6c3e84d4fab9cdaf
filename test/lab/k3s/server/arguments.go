package main

import (
	"maps"
	"slices"
	"strings"
)

// arguments are a component's own flags and the operator's on top: as in K3s,
// naming a flag takes its own value's place.
func arguments(own map[string]string, operators []string) []string {
	for _, each := range operators {
		name, _, _ := strings.Cut(strings.TrimLeft(each, "-"), "=")
		delete(own, name)
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(own)) {
		all = append(all, "--"+name+"="+own[name])
	}
	for _, each := range operators {
		all = append(all, "--"+strings.TrimLeft(each, "-"))
	}
	return all
}
