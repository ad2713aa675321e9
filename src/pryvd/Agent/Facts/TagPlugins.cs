using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Pryvd.Agent.Running;

namespace Pryvd.Agent.Facts;

/// <summary>
/// Executables of a folder that say what this node is (O7): each prints lines <c>key=value</c>, which become tags; the key <c>score</c>,
/// 0 to 100, lowers the node's score. One that fails keeps what it said last.
/// </summary>
/// <param name="folder">It and what is in it must belong to who runs the daemon and be writable by nobody else.</param>
/// <param name="warn">Told of what is wrong, once for each problem.</param>
internal sealed partial class TagPlugins(string folder, Action<string> warn)
{
    public const int MostPlugins = 32;
    public const int MostTags = 64;

    private const string ScoreKey = "score";
    private const int MaxOutput = 64 << 10;
    private const int MaxValue = 255;
    private const UnixFileMode ForeignWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _warned = new(StringComparer.Ordinal);

    /// <summary>Each plugin is killed after this.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of all plugins, in the order of their names; the later ones win.</summary>
    public IReadOnlyDictionary<string, string> Tags => _said.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value)
        .Where(t => t.Key != ScoreKey).GroupBy(t => t.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Take(MostTags)
        .ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal);

    /// <summary>The lowest that a plugin said; null when none did.</summary>
    public int? Score => _said.Values.Select(s => int.TryParse(s.GetValueOrDefault(ScoreKey), CultureInfo.InvariantCulture, out var score) ? Math.Clamp(score, 0, 100) : (int?)null).Min();

    public PluginWords Words => new(Tags, Score);

    /// <summary>Asks all of them, one after the other.</summary>
    public async Task AskAsync(CancellationToken cancel)
    {
        var plugins = Find();
        foreach (var gone in _said.Keys.Except(plugins).ToList())
        {
            _said.Remove(gone);
        }

        foreach (var plugin in plugins)
        {
            if (await AskAsync(plugin, cancel).ConfigureAwait(false) is { } problem)
            {
                Warn(plugin, $"The tag plugin {plugin} {problem}. What it said last still holds.");
            }
            else
            {
                _warned.Remove(plugin);
            }
        }
    }

    private List<string> Find()
    {
        try
        {
            return Programs();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Warn(folder, $"The folder {folder} of tag plugins cannot be read: {failure.Message} What they said last still holds.");
            return [.. _said.Keys];
        }
    }

    private List<string> Programs()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        if ((File.GetUnixFileMode(folder) & ForeignWrite) != 0)
        {
            Warn(folder, $"The folder {folder} of tag plugins can be written by others, so nothing in it is run; take that away with chmod go-w.");
            return [];
        }

        var programs = Directory.GetFiles(folder).Where(f => (File.GetUnixFileMode(f) & UnixFileMode.UserExecute) != 0).Order(StringComparer.Ordinal).ToList();
        if (programs.Count > MostPlugins)
        {
            Warn(folder, $"The folder {folder} holds {programs.Count} tag plugins; the first {MostPlugins} are run.");
        }

        return [.. programs.Take(MostPlugins)];
    }

    /// <summary>What went wrong, or null.</summary>
    private async Task<string?> AskAsync(string plugin, CancellationToken cancel)
    {
        try
        {
            if ((File.GetUnixFileMode(plugin) & ForeignWrite) != 0)
            {
                return "can be written by others and is not run; take that away with chmod go-w";
            }

            var environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
            var outcome = await new BoundedCommand([plugin], environment, "/") { Timeout = Timeout, MaxOutput = MaxOutput }.RunAsync(cancel).ConfigureAwait(false);
            if (outcome.ExitCode != 0)
            {
                return outcome.ExitCode is { } code ? $"ended with exit code {code}" : $"did not end within {Timeout.TotalSeconds:0.#} s and was killed";
            }

            var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var tags = lines.Select(l => Tag().Match(l)).ToList();
            _said[plugin] = tags.Where(m => m.Success && m.Groups[2].Length <= MaxValue).GroupBy(m => m.Groups[1].Value).Take(MostTags).ToDictionary(g => g.Key, g => g.Last().Groups[2].Value);
            return tags.Any(m => !m.Success) ? "printed lines that are not key=value with a key of lower-case letters, digits and ._-; those were left out" : null;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return $"could not be run: {failure.Message}";
        }
    }

    private void Warn(string about, string message)
    {
        if (_warned.GetValueOrDefault(about) != message)
        {
            _warned[about] = message;
            warn(message);
        }
    }

    [GeneratedRegex(@"\A([a-z0-9][a-z0-9_.-]{0,62})=([^\x00-\x1f\x7f]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}

/// <summary>What all plugins said last.</summary>
internal sealed record PluginWords(IReadOnlyDictionary<string, string> Items, int? Score)
{
    public static readonly PluginWords None = new(new Dictionary<string, string>(), null);
}
