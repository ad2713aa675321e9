using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Grpc;
using Pryv.V1;

namespace Pryvd.Examples.Registry;

/// <summary>A core that takes requests.</summary>
internal sealed record Core(string Instance, string Address, int Port)
{
    public string Url => $"http://{Address}:{Port}";
}

/// <summary>Where a user lives, or who might know and did not say.</summary>
internal abstract record Lookup;

internal sealed record Found(Core Core) : Lookup;

internal sealed record Unknown(IReadOnlyList<string> Silent) : Lookup;

/// <summary>
/// Which core holds which user. The cores are told by the cluster's routes, on the local socket; a new one is known at once
/// and nothing restarts. The users are told by the cores themselves; what they said is remembered and asked for again when it
/// proves wrong.
/// </summary>
internal sealed class UserDirectory(string component, string host, string socket, HttpClient http) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly GrpcChannel _daemon = GrpcChannel.ForAddress(
        "http://localhost", new GrpcChannelOptions { HttpHandler = GrpcTransport.UnixSocket(socket), DisposeHttpClient = true });
    private readonly ConcurrentDictionary<string, string> _homes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _creating = new(1);
    private volatile IReadOnlyList<Core> _cores = [];

    public IReadOnlyList<Core> Cores => _cores;

    /// <summary>Follows the routes until stopped; a daemon that is away is waited for, with what was known last.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var watch = new Routes.RoutesClient(_daemon).WatchRoutes(new WatchRoutesRequest(), cancellationToken: stop);
                await foreach (var table in watch.ResponseStream.ReadAllAsync(stop))
                {
                    Take(table);
                }
            }
            catch (RpcException failure) when (!stop.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"the routes are not told now, going on with the last ones: {failure.Status.Detail}");
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Pause, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public async Task<Lookup> FindAsync(string user, CancellationToken cancel)
    {
        if (_homes.TryGetValue(user, out var known) && _cores.FirstOrDefault(core => core.Instance == known) is { } home)
        {
            return new Found(home);
        }

        var answers = await Task.WhenAll(_cores.Select(async core => (Core: core, Has: await HasAsync(core, user, cancel))));
        if (answers.FirstOrDefault(answer => answer.Has == true).Core is { } holder)
        {
            _homes[user] = holder.Instance;
            return new Found(holder);
        }

        // One that is away may be the user's home: "not found" would be a lie.
        var silent = answers.Where(answer => answer.Has is null).Select(answer => answer.Core.Instance);
        return new Unknown([.. silent.Concat(await AwayAsync(cancel)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Where the user lives, made on the core with the fewest users where there is none; null when nobody can say.</summary>
    public async Task<Core?> CreateAsync(string user, CancellationToken cancel)
    {
        await _creating.WaitAsync(cancel);
        try
        {
            switch (await FindAsync(user, cancel))
            {
                case Found found: return found.Core;
                case Unknown { Silent.Count: > 0 }: return null;
            }

            var counts = await Task.WhenAll(_cores.Select(async core => (Core: core, Users: await CountAsync(core, cancel))));
            var emptiest = counts.Where(count => count.Users is not null).OrderBy(count => count.Users).ThenBy(count => count.Core.Instance, StringComparer.Ordinal).FirstOrDefault().Core;
            if (emptiest is null)
            {
                return null;
            }

            using var made = await http.PutAsync(new Uri($"{emptiest.Url}/users/{Uri.EscapeDataString(user)}"), null, cancel);
            return made.IsSuccessStatusCode && _homes.TryAdd(user, emptiest.Instance) ? emptiest : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        finally
        {
            _creating.Release();
        }
    }

    public void Dispose() => _daemon.Dispose();

    private void Take(ListRoutesReply table)
    {
        var targets = table.Routes.FirstOrDefault(route => route.Host == host)?.Targets;
        _cores = targets is null ? [] : [.. targets.Select(target => new Core(target.Instance, target.Address, target.Port))];
    }

    /// <summary>Instances that the cluster knows and that are not routed to now, from this node's own copy of the state.</summary>
    private async Task<IEnumerable<string>> AwayAsync(CancellationToken cancel)
    {
        try
        {
            var request = new GetComponentRequest { Name = component, Mode = new ReadMode { Stale = true } };
            var reply = await new Components.ComponentsClient(_daemon).GetComponentAsync(request, deadline: DateTime.UtcNow + Patience, cancellationToken: cancel);
            return reply.Component.Instances.Select(instance => instance.Id).Where(id => _cores.All(core => core.Instance != id));
        }
        catch (RpcException)
        {
            return ["a core that cannot be named, because this node's daemon is away"];
        }
    }

    /// <summary>Null when the core did not answer.</summary>
    private async Task<bool?> HasAsync(Core core, string user, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{core.Url}/users/{Uri.EscapeDataString(user)}/events"), HttpCompletionOption.ResponseHeadersRead, cancel);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.NotFound => false,
                _ => null,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<int?> CountAsync(Core core, CancellationToken cancel)
    {
        try
        {
            return (await http.GetFromJsonAsync<string[]>(new Uri($"{core.Url}/users"), cancel))?.Length;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
