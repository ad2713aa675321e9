using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Pryvd.Model;
using Serilog.Events;

namespace Pryvd.Hosting;

/// <summary>
/// Turns settings into options. It reads no file, environment or clock; it finds all problems, not the first alone.
/// </summary>
internal sealed partial class OptionsJudge
{
    // sockaddr_un holds 108 bytes with the closing zero; ".new" is appended while the socket is made.
    private const int MaxSocketBytes = 103;
    private const int MaxTags = 64;
    private const int MaxTagValue = 255;
    private const int MaxPeers = 32;

    private static readonly Dictionary<string, LogEventLevel> Levels = new()
    {
        ["trace"] = LogEventLevel.Verbose,
        ["debug"] = LogEventLevel.Debug,
        ["info"] = LogEventLevel.Information,
        ["warning"] = LogEventLevel.Warning,
        ["error"] = LogEventLevel.Error,
    };

    private static readonly Dictionary<string, LogFormat> Formats = new()
    {
        ["auto"] = LogFormat.Auto,
        ["text"] = LogFormat.Text,
        ["json"] = LogFormat.Json,
    };

    private readonly IReadOnlyDictionary<string, Setting> _settings;
    private readonly List<ConfigProblem> _problems;

    private OptionsJudge(IReadOnlyDictionary<string, Setting> settings, IEnumerable<ConfigProblem> problems)
    {
        _settings = settings;
        _problems = [.. problems];
    }

    /// <param name="settings">At most one for each key.</param>
    /// <param name="known">Problems found while reading.</param>
    /// <param name="hostName">The default name, of which the first label is taken.</param>
    public static ConfigResult Judge(IReadOnlyDictionary<string, Setting> settings, IReadOnlyList<ConfigProblem> known, string hostName)
    {
        var judge = new OptionsJudge(settings, known);
        var options = judge.Build(hostName);
        return judge._problems.Count == 0 ? new ConfigResult(options, []) : new ConfigResult(null, judge._problems);
    }

    private DaemonOptions Build(string hostName)
    {
        var dataDir = FilePath("data_dir") ?? "/var/lib/pryvd";
        var options = new DaemonOptions
        {
            DataDir = dataDir,
            IdentityDir = FilePath("identity_dir") ?? Path.Combine(dataDir, "identity"),
            Socket = SocketPath(),
            SocketGroup = Name("socket_group"),
            Listen = Listen(),
            Advertise = One("advertise") is { } advertise ? Address(advertise) : null,
            Name = Name("name") ?? NameFromHost(hostName),
            Datacenter = Name("datacenter") ?? "default",
            Group = Name("group") ?? "default",
            Tags = Tags(),
            LogLevel = Choice("log_level", Levels, LogEventLevel.Information),
            LogFormat = Choice("log_format", Formats, LogFormat.Auto),
            Peers = Peers(),
            TokenFile = FilePath("token_file"),
            TagPlugins = FilePath("tag_plugins") ?? "/etc/pryvd/tags.d",
            ArtifactSpaceMb = Number("artifact_space_mb", 10_240, 1, 100_000_000),
        };
        RequirePeersForToken(options);
        return options;
    }

    private string? FilePath(string key)
    {
        if (One(key) is not { } item)
        {
            return null;
        }

        if (item.Text.StartsWith('/') && !item.Text.Contains('\0'))
        {
            return item.Text;
        }

        Report(item, $"'{key}' must be an absolute path, not '{item.Text}'.");
        return null;
    }

    private string SocketPath()
    {
        var path = FilePath("socket") ?? DaemonOptions.DefaultSocket;
        if (System.Text.Encoding.UTF8.GetByteCount(path) > MaxSocketBytes)
        {
            Report(One("socket")!, $"a socket's path has at most {MaxSocketBytes} bytes; choose a shorter one.");
        }

        return path;
    }

    private IPEndPoint Listen()
    {
        var fallback = new IPEndPoint(IPAddress.Any, DaemonOptions.DefaultPeerPort);
        if (One("listen") is not { } item)
        {
            return fallback;
        }

        if (IPEndPoint.TryParse(item.Text, out var endPoint) && endPoint.Port != 0)
        {
            return endPoint;
        }

        Report(item, $"'listen' must be IP:PORT, for example 0.0.0.0:{DaemonOptions.DefaultPeerPort}, not '{item.Text}'.");
        return fallback;
    }

    private HostAndPort? Address(SettingItem item)
    {
        var address = HostAndPort.Parse(item.Text, DaemonOptions.DefaultPeerPort);
        if (address is null || (IPAddress.TryParse(address.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))))
        {
            Report(item, $"'{item.Text}' is not an address that peers can reach; HOST or HOST:PORT is needed.");
            return null;
        }

        return address;
    }

    private string? Name(string key)
    {
        if (One(key) is not { } item || NamePattern().IsMatch(item.Text))
        {
            return One(key)?.Text;
        }

        Report(item, $"'{key}' must be 1 to 63 lower-case letters, digits, '-', '_' and '.', beginning with a letter or digit, not '{item.Text}'.");
        return null;
    }

    private string NameFromHost(string hostName)
    {
        var name = hostName.ToLowerInvariant().Split('.')[0];
        if (!NamePattern().IsMatch(name))
        {
            _problems.Add(new ConfigProblem("name", $"the host name '{hostName}' cannot be the node's name; set 'name' (--name)."));
        }

        return name;
    }

    private Dictionary<string, string> Tags()
    {
        var tags = new Dictionary<string, string>();
        foreach (var item in Many("tags", MaxTags))
        {
            var parts = item.Text.Split('=', 2);
            var valid = parts.Length == 2 && NamePattern().IsMatch(parts[0]) && parts[1].Length <= MaxTagValue && !parts[1].Any(char.IsControl);
            if (!valid)
            {
                Report(item, $"'{item.Text}' is no tag: a name of lower-case letters, digits, '-', '_', '.', and a value of at most {MaxTagValue} characters.");
            }
            else if (!tags.TryAdd(parts[0], parts[1]))
            {
                Report(item, $"the tag '{parts[0]}' is given twice; keep one.");
            }
        }

        return tags;
    }

    private List<HostAndPort> Peers() => Many("peers", MaxPeers).Select(Address).OfType<HostAndPort>().ToList();

    private int Number(string key, int fallback, int least, int most)
    {
        if (One(key) is not { } item || (int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most))
        {
            return One(key) is { } given ? int.Parse(given.Text, CultureInfo.InvariantCulture) : fallback;
        }

        Report(item, $"'{key}' must be a whole number from {least} to {most}, not '{item.Text}'.");
        return fallback;
    }

    private T Choice<T>(string key, Dictionary<string, T> known, T fallback)
    {
        if (One(key) is not { } item)
        {
            return fallback;
        }

        if (known.TryGetValue(item.Text, out var value))
        {
            return value;
        }

        Report(item, $"'{key}' must be {string.Join(", ", known.Keys)}, not '{item.Text}'.{Nearest.Hint(item.Text, known.Keys)}");
        return fallback;
    }

    private void RequirePeersForToken(DaemonOptions options)
    {
        if (options.TokenFile is not null && !_settings.ContainsKey("peers"))
        {
            Report(One("token_file")!, "a token alone joins nothing; set 'peers' too.");
        }
    }

    private SettingItem? One(string key)
    {
        if (!_settings.TryGetValue(key, out var setting) || setting.Items.Count == 0)
        {
            return null;
        }

        if (setting.Items.Count > 1)
        {
            Report(setting.Items[1], $"'{key}' is given {setting.Items.Count} times; keep one.");
        }

        return setting.Items[0];
    }

    private IEnumerable<SettingItem> Many(string key, int most)
    {
        var items = _settings.TryGetValue(key, out var setting) ? setting.Items : [];
        if (items.Count > most)
        {
            Report(items[most], $"'{key}' has {items.Count} entries; at most {most} are taken.");
        }

        return items.Take(most);
    }

    private void Report(SettingItem item, string message)
    {
        var problem = new ConfigProblem(item.Where, message);
        if (!_problems.Contains(problem))
        {
            _problems.Add(problem);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_.-]{0,62}\z")]
    private static partial Regex NamePattern();
}
