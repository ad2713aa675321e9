namespace Pryvd.Model.Components;

/// <summary>Rules of what is run: commands, environment, ports and checks.</summary>
public static partial class SpecRules
{
    private static readonly System.Buffers.SearchValues<char> VariableCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static IEnumerable<SpecProblem> Commands(ComponentSpec spec)
    {
        foreach (var problem in Command(spec, "command", spec.Command, GivenToInstance(spec).Concat(spec.Environment.Keys)))
        {
            yield return problem;
        }

        if (spec.Prepare.Count > SpecLimits.PrepareSteps)
        {
            yield return TooMany("prepare", spec.Prepare.Count, SpecLimits.PrepareSteps);
        }

        for (var i = 0; i < spec.Prepare.Count; i++)
        {
            foreach (var problem in Command(spec, $"prepare[{i}].command", spec.Prepare[i].Command, GivenToPrepare.Concat(spec.Environment.Keys)))
            {
                yield return problem;
            }

            if (Time($"prepare[{i}].timeout", spec.Prepare[i].TimeoutMs, SpecLimits.SecondMs, SpecLimits.HourMs) is { } time)
            {
                yield return time;
            }
        }
    }

    private static IEnumerable<SpecProblem> Command(ComponentSpec spec, string path, IReadOnlyList<string> command, IEnumerable<string> given)
    {
        if (command.Count == 0 || command[0].Length == 0)
        {
            yield return new SpecProblem(path, "there is no program; give a list such as [./core, --port, \"${PRYVD_PORT_HTTP}\"]");
            yield break;
        }

        if (command.Count > SpecLimits.Arguments)
        {
            yield return TooMany(path, command.Count, SpecLimits.Arguments);
        }

        if (spec.Artifact is null && command[0].Contains('/') && !command[0].StartsWith('/') && !command[0].StartsWith("${", StringComparison.Ordinal))
        {
            yield return new SpecProblem(path, $"'{Clip.To(command[0], 64)}' would lie in the artifact, but there is none; add artifact, or give an absolute path");
        }

        for (var i = 0; i < command.Count; i++)
        {
            if (command[i].Length > SpecLimits.ArgumentCharacters || command[i].Contains('\0'))
            {
                yield return new SpecProblem($"{path}[{i}]", $"an argument has at most {SpecLimits.ArgumentCharacters} characters and no NUL");
            }

            if (UnknownVariable(command[i], given) is { } unknown)
            {
                yield return new SpecProblem($"{path}[{i}]", unknown);
            }
        }
    }

    private static IEnumerable<SpecProblem> Environment(ComponentSpec spec)
    {
        if (spec.Environment.Count > SpecLimits.Variables)
        {
            yield return TooMany("environment", spec.Environment.Count, SpecLimits.Variables);
        }

        foreach (var (name, value) in spec.Environment)
        {
            if (!IsVariableName(name))
            {
                yield return new SpecProblem($"environment.{name}", $"'{Clip.To(name, 64)}' is no name of a variable; use letters, digits and _, not a digit first, at most {Names.MaxName}");
            }
            else if (name.StartsWith(InstanceVariables.Prefix, StringComparison.Ordinal))
            {
                yield return new SpecProblem($"environment.{name}", $"names that begin with {InstanceVariables.Prefix} are given by the cluster; choose another");
            }

            if (value.Length > SpecLimits.ValueCharacters || value.Contains('\0'))
            {
                yield return new SpecProblem($"environment.{name}", $"a value has at most {SpecLimits.ValueCharacters} characters and no NUL");
            }

            if (UnknownVariable(value, GivenToInstance(spec)) is { } unknown)
            {
                yield return new SpecProblem($"environment.{name}", unknown);
            }
        }
    }

    private static bool IsVariableName(string name) =>
        name.Length is > 0 and <= Names.MaxName && name.AsSpan().IndexOfAnyExcept(VariableCharacters) < 0 && !char.IsAsciiDigit(name[0]);

    private static IEnumerable<string> GivenToInstance(ComponentSpec spec) =>
        InstanceVariables.Common.Concat(spec.Ports.Select(port => InstanceVariables.PortOf(port.Name)));

    /// <summary>A prepare step runs once for all instances of a version, so it cannot know one of them.</summary>
    private static IEnumerable<string> GivenToPrepare => InstanceVariables.Common.Except(InstanceVariables.OfOneInstance, StringComparer.Ordinal);

    private static string? UnknownVariable(string text, IEnumerable<string> given)
    {
        var unknown = Placeholders.NamesIn(text).FirstOrDefault(name => !given.Contains(name, StringComparer.Ordinal));
        return unknown is null
            ? null
            : $"nothing gives ${{{Clip.To(unknown, 64)}}} a value here; given are {string.Join(", ", given)}. For the text itself write $${{...}}";
    }

    private static IEnumerable<SpecProblem> Ports(ComponentSpec spec)
    {
        if (spec.Ports.Count > SpecLimits.Ports)
        {
            yield return TooMany("ports", spec.Ports.Count, SpecLimits.Ports);
        }

        var variables = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<int>();
        foreach (var (name, number) in spec.Ports)
        {
            var path = $"ports.{name}";
            if (!IsPortName(name))
            {
                yield return new SpecProblem(path, $"'{Clip.To(name, 64)}' is no name for a port; use letters, digits, - and _, a letter first, at most {SpecLimits.PortNameCharacters}");
            }
            else if (!variables.Add(InstanceVariables.PortOf(name)))
            {
                yield return new SpecProblem(path, $"two ports would be given as {InstanceVariables.PortOf(name)}; rename one");
            }

            if (number is { } value && OutOf(value, 1, SpecLimits.MaxPort))
            {
                yield return new SpecProblem(path, $"{value} is no port; it is auto or a number from 1 to {SpecLimits.MaxPort}");
            }
            else if (number is { } given && !numbers.Add(given))
            {
                yield return new SpecProblem(path, $"port {given} is there twice; give each its own number, or auto");
            }
        }
    }

    private static bool IsPortName(string name) =>
        name.Length is > 0 and <= SpecLimits.PortNameCharacters && Names.IsName(name) && char.IsAsciiLetter(name[0]) && !name.Contains('.');

    private static IEnumerable<SpecProblem> Checks(ComponentSpec spec)
    {
        if (spec.Checks.Count > SpecLimits.Checks)
        {
            yield return TooMany("checks", spec.Checks.Count, SpecLimits.Checks);
        }

        for (var i = 0; i < spec.Checks.Count; i++)
        {
            if (spec.Checks.Take(i).Any(other => other.Name == spec.Checks[i].Name))
            {
                yield return new SpecProblem($"checks[{i}]", $"two checks are named '{Clip.To(spec.Checks[i].Name, 64)}'; give one another name");
            }

            foreach (var problem in Check(spec, spec.Checks[i], $"checks[{i}]"))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<SpecProblem> Check(ComponentSpec spec, CheckSpec check, string path)
    {
        if (!Names.IsName(check.Name))
        {
            yield return new SpecProblem($"{path}.name", $"'{Clip.To(check.Name, 64)}' is no name for a check; use letters, digits and ._-");
        }

        var usesPort = check.Kind is CheckKind.Tcp or CheckKind.Http or CheckKind.Grpc;
        if (usesPort && NoSuchPort(spec, check.Port) is { } noPort)
        {
            yield return new SpecProblem(check.Kind == CheckKind.Tcp ? $"{path}.tcp" : $"{path}.port", noPort);
        }

        if (check.Kind == CheckKind.Http && (!check.Path.StartsWith('/') || check.Path.AsSpan().IndexOfAny(" \r\n\t\0#") >= 0))
        {
            yield return new SpecProblem($"{path}.http", $"'{Clip.To(check.Path, 64)}' is no path; it begins with / and has no spaces");
        }

        if (check.Path.Length > SpecLimits.PathCharacters)
        {
            yield return new SpecProblem(path, $"a path or service has at most {SpecLimits.PathCharacters} characters");
        }

        if (check.Kind == CheckKind.Command)
        {
            foreach (var problem in Command(spec, $"{path}.command", check.Command, GivenToInstance(spec).Concat(spec.Environment.Keys)))
            {
                yield return problem;
            }
        }

        foreach (var problem in CheckTimes(check, path))
        {
            yield return problem;
        }
    }

    private static IEnumerable<SpecProblem> CheckTimes(CheckSpec check, string path)
    {
        SpecProblem?[] problems =
        [
            Time($"{path}.every", check.IntervalMs, 100, SpecLimits.HourMs),
            Time($"{path}.timeout", check.TimeoutMs, 10, 10 * 60 * SpecLimits.SecondMs),
            OutOf(check.Failures, 1, 100) ? new SpecProblem($"{path}.failures", "failures must be from 1 to 100") : null,
            OutOf(check.Successes, 1, 100) ? new SpecProblem($"{path}.successes", "successes must be from 1 to 100") : null,
            Time($"{path}.startup", check.StartupMs, 0, SpecLimits.HourMs),
        ];
        return problems.OfType<SpecProblem>();
    }
}
