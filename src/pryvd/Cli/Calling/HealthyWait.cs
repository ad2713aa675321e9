using System.Text.Json;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Calling;

/// <summary>Waits until all instances of components are healthy in the version that was applied, and shows each step on the way.</summary>
internal sealed class HealthyWait(Call call)
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly List<Component> _components = [];
    private readonly List<string> _told = [];

    /// <returns>The components as they were found in the end.</returns>
    /// <exception cref="CliException">The time is over; the message says what is waited for.</exception>
    public async Task<IReadOnlyList<Component>> Run(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            await Look(name);
        }

        var patience = call.Timeout ?? DefaultTimeout;
        var deadline = call.Terminal.Clock.GetUtcNow() + patience;
        for (var attempt = 0; Missing().Any(); attempt++)
        {
            try
            {
                await Follow(deadline - call.Terminal.Clock.GetUtcNow());
            }
            catch (RpcException e) when (e.StatusCode != StatusCode.DeadlineExceeded && RetryRule.Wait(e, wasReached: true) is not null)
            {
                // The daemon restarts or the node changes its session: the stream begins anew with all there is.
                await Task.Delay(Backoff.Delay(attempt, Random.Shared.NextDouble()), call.Terminal.Clock, call.Stop);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded && !call.Stop.IsCancellationRequested)
            {
                throw TimeIsOver(patience);
            }

            if (call.Terminal.Clock.GetUtcNow() >= deadline)
            {
                throw TimeIsOver(patience);
            }
        }

        return _components;
    }

    private CliException TimeIsOver(TimeSpan patience)
    {
        var missing = Missing().Take(10).ToList();
        return CliException.Failed(
            $"The change is made, but after {DurationText.Of(patience)} not all is healthy: {string.Join("; ", missing)}.",
            $"it goes on by itself; 'pryvd component explain {missing[0].Split(' ')[0]}' says what it waits for, --timeout waits longer, --detach does not wait");
    }

    private async Task Look(string name)
    {
        var reply = await call.Read(options => call.Daemon.Components.GetComponentAsync(new GetComponentRequest { Name = name }, options));
        _components.Add(reply.Component);
        if (reply.Component.Stopped)
        {
            Report.Note(call.Terminal, $"component {name} is stopped, so none of it runs; 'pryvd component start {name}' starts it.");
        }
    }

    private async Task Follow(TimeSpan timeout)
    {
        _instances.Clear();
        var component = _components.Count == 1 ? _components[0].Name : "";
        var bound = timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1);
        using var stream = call.Daemon.Components.WatchInstances(new WatchInstancesRequest { Component = component }, call.StreamOptions(bound));
        var isSynced = false;
        while (await stream.ResponseStream.MoveNext(call.Stop))
        {
            var change = stream.ResponseStream.Current;
            isSynced |= change.Synced;
            if (change.Instance is not null)
            {
                Take(change);
            }

            if (isSynced && !Missing().Any())
            {
                return;
            }
        }
    }

    private void Take(InstanceChange change)
    {
        var instance = change.Instance;
        if (!_components.Any(component => instance.Id.StartsWith(component.Name + "/", StringComparison.Ordinal)))
        {
            return;
        }

        var line = change.Removed ? $"{instance.Id}  removed" : ComponentText.Line(instance);
        if (change.Removed)
        {
            _instances.Remove(instance.Id);
        }
        else
        {
            _instances[instance.Id] = instance;
        }

        if (!call.Output.IsJson && !_told.Contains(line))
        {
            _told.RemoveAll(told => told.StartsWith(instance.Id + " ", StringComparison.Ordinal));
            _told.Add(line);
            call.Terminal.Out.WriteLine(Visible.Of(line));
        }
    }

    /// <summary>What is waited for, each beginning with the instance.</summary>
    private IEnumerable<string> Missing() => _components.Where(component => !component.Stopped).SelectMany(Missing);

    private IEnumerable<string> Missing(Component component)
    {
        var count = Count(component);
        for (var ordinal = 0; ordinal < count; ordinal++)
        {
            var id = $"{component.Name}/{ordinal}";
            if (!_instances.TryGetValue(id, out var instance))
            {
                yield return $"{id} has no node yet";
            }
            else if (!instance.Wanted || instance.SpecVersion < component.Version || instance.State != "healthy")
            {
                yield return ComponentText.Missing(instance, component.Version);
            }
        }

        foreach (var id in _instances.Keys.Where(id => IsPast(id, component.Name, count)))
        {
            yield return $"{id} is to be removed";
        }
    }

    private static bool IsPast(string id, string component, int count) =>
        id.StartsWith(component + "/", StringComparison.Ordinal) && int.TryParse(id.AsSpan(component.Length + 1), out var ordinal) && ordinal >= count;

    private static int Count(Component component)
    {
        using var spec = JsonDocument.Parse(component.SpecJson);
        return spec.RootElement.GetProperty("count").GetInt32();
    }
}
