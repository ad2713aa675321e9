using System.Text;

namespace Pryvd.Model.Components;

/// <summary>
/// What every spec must fulfil: bounds, references within it, demands that can be met. The file parser shows all problems with
/// their places, the command refuses with the first.
/// </summary>
public static partial class SpecRules
{
    private static readonly string[] Signals = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGKILL"];

    /// <summary>All problems, in the order of the file's keys.</summary>
    public static IReadOnlyList<SpecProblem> Problems(ComponentSpec spec) =>
    [
        .. Identity(spec),
        .. Artifact(spec),
        .. Commands(spec),
        .. Environment(spec),
        .. Ports(spec),
        .. Checks(spec),
        .. Placement(spec),
        .. Policies(spec),
        .. Routes(spec),
        .. Size(spec),
    ];

    public static bool IsComponentName(string text) =>
        text.Length <= SpecLimits.NameCharacters && Names.IsName(text) && char.IsAsciiLetterOrDigit(text[0]);

    private static IEnumerable<SpecProblem> Identity(ComponentSpec spec)
    {
        if (!IsComponentName(spec.Name))
        {
            yield return new SpecProblem("component", $"'{Clip.To(spec.Name, 64)}' is no name for a component; use letters, digits and ._-, a letter or digit first, at most {SpecLimits.NameCharacters}");
        }

        if (OutOf(spec.Count, 0, ComponentSpec.MaxCount))
        {
            yield return new SpecProblem("count", $"count is {spec.Count}; a component has 0 to {ComponentSpec.MaxCount} instances");
        }
    }

    private static IEnumerable<SpecProblem> Artifact(ComponentSpec spec)
    {
        if (spec.Artifact is not { } artifact)
        {
            yield break;
        }

        if (artifact.Sha256.Length != 64 || artifact.Sha256.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0)
        {
            yield return new SpecProblem("artifact", "the artifact's sha256 must be 64 lower-case hexadecimal digits");
        }

        if (artifact.Size is < 0 or > SpecLimits.MaxArtifactBytes)
        {
            yield return new SpecProblem("artifact", $"the artifact has {artifact.Size} bytes; at most {SpecLimits.MaxArtifactBytes >> 30} GiB are allowed");
        }

        if (!IsFileName(artifact.Name))
        {
            yield return new SpecProblem("artifact", $"'{Clip.To(artifact.Name, 64)}' is no file name; rename the file to letters, digits and ._-, not beginning with a dot");
        }
    }

    private static IEnumerable<SpecProblem> Placement(ComponentSpec spec)
    {
        if (OutOf(spec.Resources.CpuMillis, 0, SpecLimits.MaxCpuMillis))
        {
            yield return new SpecProblem("resources.cpu", $"cpu must be between 0 and {SpecLimits.MaxCpuMillis / 1_000} cores");
        }

        if (OutOf(spec.Resources.MemoryMb, 0, SpecLimits.MaxMemoryMb))
        {
            yield return new SpecProblem("resources.memory", $"memory must be between 0 and {SpecLimits.MaxMemoryMb} MiB");
        }

        foreach (var problem in Limits(spec).Concat(Constraints(spec)).Concat(Spread(spec)))
        {
            yield return problem;
        }

        if (OutOf(spec.Priority, 0, 100))
        {
            yield return new SpecProblem("priority", $"priority is {spec.Priority}; it is a number from 0 to 100, the higher first");
        }
    }

    private static IEnumerable<SpecProblem> Limits(ComponentSpec spec)
    {
        var limits = spec.Limits;
        if (limits != Components.Limits.None && spec.Driver != Driver.Systemd)
        {
            yield return new SpecProblem("limits", $"limits are held by systemd, and the driver is {spec.Driver.Word()}; add 'driver: systemd', or leave limits out");
        }

        if (OutOf(limits.CpuMillis, 0, SpecLimits.MaxCpuMillis))
        {
            yield return new SpecProblem("limits.cpu", $"cpu must be between 0 and {SpecLimits.MaxCpuMillis / 1_000} cores");
        }

        if (OutOf(limits.MemoryMb, 0, SpecLimits.MaxMemoryMb))
        {
            yield return new SpecProblem("limits.memory", $"memory must be between 0 and {SpecLimits.MaxMemoryMb} MiB");
        }

        if (OutOf(limits.Tasks, 0, SpecLimits.MaxTasks))
        {
            yield return new SpecProblem("limits.tasks", $"tasks must be between 0 and {SpecLimits.MaxTasks}");
        }
    }

    private static IEnumerable<SpecProblem> Constraints(ComponentSpec spec)
    {
        if (spec.Constraints.Count > SpecLimits.Constraints)
        {
            yield return TooMany("constraints", spec.Constraints.Count, SpecLimits.Constraints);
        }

        for (var i = 0; i < spec.Constraints.Count; i++)
        {
            var constraint = spec.Constraints[i];
            if (!Names.IsName(constraint.Key))
            {
                yield return new SpecProblem($"constraints[{i}].tag", $"'{Clip.To(constraint.Key, 64)}' is no key of a tag; use letters, digits and ._-");
            }

            if (constraint.Values.Count > SpecLimits.ConstraintValues || constraint.Values.Any(value => value.Length > TagSet.MaxValue))
            {
                yield return new SpecProblem($"constraints[{i}]", $"a constraint has at most {SpecLimits.ConstraintValues} values of at most {TagSet.MaxValue} characters");
            }

            if (AllowsTooFewNodes(spec, constraint))
            {
                yield return new SpecProblem($"constraints[{i}]", $"{spec.Count} instances with a fixed port cannot run on {constraint.Values.Count} {(constraint.Values.Count == 1 ? "node" : "nodes")}: each node gives a port once. Allow more nodes, lower the count, or let the port be auto");
            }
        }
    }

    private static bool AllowsTooFewNodes(ComponentSpec spec, TagConstraint constraint) =>
        constraint is { Key: "node", Not: false, Values.Count: > 0 } && constraint.Values.Distinct(StringComparer.Ordinal).Count() < spec.Count
        && spec.Ports.Any(port => port.Fixed is not null);

    private static IEnumerable<SpecProblem> Spread(ComponentSpec spec)
    {
        if (spec.Spread.Count > SpecLimits.SpreadDomains)
        {
            yield return TooMany("spread", spec.Spread.Count, SpecLimits.SpreadDomains);
        }

        for (var i = 0; i < spec.Spread.Count; i++)
        {
            if (spec.Spread[i] == "node")
            {
                yield return new SpecProblem($"spread[{i}]", "instances are always spread over nodes last; leave 'node' out");
            }
            else if (!Names.IsName(spec.Spread[i]))
            {
                yield return new SpecProblem($"spread[{i}]", $"'{Clip.To(spec.Spread[i], 64)}' is no failure domain; it is datacenter, group or the key of a tag");
            }
            else if (spec.Spread.Take(i).Contains(spec.Spread[i], StringComparer.Ordinal))
            {
                yield return new SpecProblem($"spread[{i}]", $"'{spec.Spread[i]}' is there twice; name each failure domain once");
            }
        }
    }

    private static IEnumerable<SpecProblem> Policies(ComponentSpec spec)
    {
        var (restart, stop, logs) = (spec.Restart, spec.Stop, spec.Logs);
        if (Time("restart.first_delay", restart.FirstDelayMs, 10, SpecLimits.HourMs) is { } first)
        {
            yield return first;
        }

        if (Time("restart.last_delay", restart.LastDelayMs, Math.Max(restart.FirstDelayMs, 10), SpecLimits.DayMs) is { } last)
        {
            yield return last;
        }

        if (OutOf(restart.LoopCrashes, 1, 1_000))
        {
            yield return new SpecProblem("restart.loop_crashes", "loop_crashes must be from 1 to 1000");
        }

        if (Time("restart.loop_window", restart.LoopWindowMs, SpecLimits.SecondMs, SpecLimits.DayMs) is { } window)
        {
            yield return window;
        }

        if (!Signals.Contains(stop.Signal, StringComparer.Ordinal))
        {
            yield return new SpecProblem("stop.signal", $"'{Clip.To(stop.Signal, 64)}' is no signal to stop with; use one of {string.Join(", ", Signals)}");
        }

        if (Time("stop.grace", stop.GraceMs, 0, SpecLimits.HourMs) is { } grace)
        {
            yield return grace;
        }

        if (spec.User is { } user && (!Names.IsName(user) || user[0] is '-' or '.'))
        {
            yield return new SpecProblem("user", $"'{Clip.To(user, 64)}' is no user name");
        }

        if (logs.FileBytes is < SpecLimits.MinLogFileBytes or > SpecLimits.MaxLogFileBytes)
        {
            yield return new SpecProblem("logs.file_size", $"file_size must be from {SpecLimits.MinLogFileBytes >> 10} KiB to {SpecLimits.MaxLogFileBytes >> 30} GiB");
        }

        if (OutOf(logs.Files, 1, 100))
        {
            yield return new SpecProblem("logs.files", "files must be from 1 to 100");
        }
    }

    private static IEnumerable<SpecProblem> Routes(ComponentSpec spec)
    {
        if (spec.Routes.Count > SpecLimits.Routes)
        {
            yield return TooMany("routes", spec.Routes.Count, SpecLimits.Routes);
        }

        var hosts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (host, port) in spec.Routes)
        {
            var path = $"routes.{host}";
            if (!IsHostName(host))
            {
                yield return new SpecProblem(path, $"'{Clip.To(host, 64)}' is no host name; use lower-case letters, digits and - in labels of at most 63, joined by dots");
            }
            else if (!hosts.Add(host))
            {
                yield return new SpecProblem(path, $"host {host} is there twice; route each to one port");
            }

            if (NoSuchPort(spec, port) is { } problem)
            {
                yield return new SpecProblem(path, problem);
            }
        }
    }

    private static IEnumerable<SpecProblem> Size(ComponentSpec spec)
    {
        var bytes = Encoding.UTF8.GetByteCount(SpecJson.Write(spec));
        if (bytes > SpecLimits.Bytes)
        {
            yield return new SpecProblem("", $"the component has {bytes} bytes as JSON; at most {SpecLimits.Bytes} are allowed. Move large content into the artifact");
        }
    }

    private static bool IsFileName(string name) => name.Length <= SpecLimits.FileNameCharacters && Names.IsName(name) && name[0] is not ('.' or '-');

    private static bool IsHostName(string host) => host.Length <= SpecLimits.HostCharacters && host.Split('.').All(IsLabel);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.AsSpan().IndexOfAnyExcept(LabelCharacters) < 0 && label[0] != '-' && label[^1] != '-';

    private static readonly System.Buffers.SearchValues<char> LabelCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static string? NoSuchPort(ComponentSpec spec, string port)
    {
        if (spec.Ports.Any(known => known.Name == port))
        {
            return null;
        }

        var known = spec.Ports.Count == 0 ? "it has none" : $"it has {string.Join(", ", spec.Ports.Select(item => item.Name))}";
        return $"the component has no port '{Clip.To(port, 64)}' ({known}); add it under ports or name another";
    }

    private static bool OutOf(long value, long least, long most) => value < least || value > most;

    private static SpecProblem TooMany(string path, int count, int most) => new(path, $"{count} entries are more than the {most} that are allowed");

    private static SpecProblem? Time(string path, int ms, int leastMs, int mostMs) => OutOf(ms, leastMs, mostMs)
        ? new SpecProblem(path, $"{path[(path.LastIndexOf('.') + 1)..]} must be from {Span(leastMs)} to {Span(mostMs)}")
        : null;

    private static string Span(int ms) => ms switch
    {
        >= SpecLimits.HourMs when ms % SpecLimits.HourMs == 0 => $"{ms / SpecLimits.HourMs}h",
        >= SpecLimits.SecondMs when ms % SpecLimits.SecondMs == 0 => $"{ms / SpecLimits.SecondMs}s",
        _ => $"{ms}ms",
    };
}
