package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// config holds each setting as a list of texts.
type config map[string][]string

// readConfig reads config.yaml, then config.yaml.d in order, then the
// arguments: the last one to name a setting decides, `name+` adds to it.
func readConfig(args []string) (config, error) {
	c := config{}
	dropIns, err := filepath.Glob(configFile + ".d/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, file := range append([]string{configFile}, dropIns...) {
		text, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		var values map[string]any
		if err := yaml.Unmarshal(text, &values); err != nil {
			return nil, fmt.Errorf("failed to parse %s: %w", file, err)
		}
		for name, value := range values {
			if base, adds := strings.CutSuffix(name, "+"); adds {
				c[base] = append(c[base], texts(value)...)
			} else {
				c[name] = texts(value)
			}
		}
	}
	if token := os.Getenv("K3S_TOKEN"); token != "" {
		c["token"] = []string{token}
	}
	c.addArguments(args)
	return c, c.refuse()
}

func (c config) addArguments(args []string) {
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		if !given {
			value = "true"
			if i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
				value = args[i]
			}
		}
		c[name] = append(c[name], value)
	}
}

// refuse ends the start at a setting that has no effect here, so that nothing
// in the lab holds only because it was overlooked.
func (c config) refuse() error {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		allowed, known := settings[name]
		if !known {
			return fmt.Errorf("flag provided but not defined: -%s", name)
		}
		for _, value := range c.list(name) {
			if allowed != nil && !slices.Contains(allowed, value) {
				return fmt.Errorf("the lab's stand-in for K3s has no --%s=%s, only %s", name, value, strings.Join(allowed, ", "))
			}
		}
	}
	return nil
}

// text is the last value of a setting.
func (c config) text(name, otherwise string) string {
	if values := c[name]; len(values) > 0 && values[len(values)-1] != "" {
		return values[len(values)-1]
	}
	return otherwise
}

func (c config) flag(name string) bool {
	return c.text(name, "false") == "true"
}

// list is every value of a setting, the ones between commas too.
func (c config) list(name string) []string {
	var all []string
	for _, value := range c[name] {
		all = append(all, strings.Split(value, ",")...)
	}
	return all
}

func (c config) disables(addOn string) bool {
	return slices.Contains(c.list("disable"), addOn)
}

func texts(value any) []string {
	switch v := value.(type) {
	case []any:
		var all []string
		for _, each := range v {
			all = append(all, texts(each)...)
		}
		return all
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case nil:
		return []string{""}
	default:
		return []string{fmt.Sprint(v)}
	}
}
