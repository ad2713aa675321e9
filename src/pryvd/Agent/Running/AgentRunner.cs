using System.Diagnostics;
using System.Threading.Channels;
using Pryvd.Agent.Core;
using Pryvd.Agent.Drivers;
using Pryvd.Agent.Facts;

namespace Pryvd.Agent.Running;

/// <summary>The edge of one node's agent: one loop feeds the core, and hands its effects out.</summary>
internal sealed class AgentRunner(AgentParts parts, NodeMeter meter, TagPlugins plugins)
{
    private const int InboxSize = 4_096;
    private static readonly TimeSpan DriverPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MeasurePace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PluginPace = TimeSpan.FromSeconds(60);

    /// <summary>A state that changed elsewhere only is looked at this often.</summary>
    private static readonly TimeSpan AppliedPace = TimeSpan.FromMilliseconds(200);

    private readonly Channel<AgentEvent> _inbox = Channel.CreateBounded<AgentEvent>(new BoundedChannelOptions(InboxSize) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AgentHands? _hands;
    private volatile PluginWords _tags = PluginWords.None;

    /// <summary>Runs until the session ends; what runs on the node goes on.</summary>
    public async Task RunAsync()
    {
        _ = parts.Session.Ended.ContinueWith(_ => _stop.Cancel(), TaskScheduler.Default);
        await using var hands = new AgentHands(parts, AnswerAsync, _stop.Token);
        _hands = hands;
        var first = await Task.WhenAny(LoopAsync(hands), FollowStateAsync(), FollowDriverAsync(), MeasureAsync(), AskPluginsAsync(), parts.Mirror(_stop.Token), hands.Fault.Task).ConfigureAwait(false);
        var ended = _stop.IsCancellationRequested;
        await _stop.CancelAsync().ConfigureAwait(false);
        if (!ended)
        {
            await first.ConfigureAwait(false);
        }
    }

    /// <summary>The daemon is to stop: asks the leader for leases that last over it. Ends when they are set, or nobody answered.</summary>
    public async Task PrepareStopAsync(TimeSpan patience)
    {
        await _inbox.Writer.WriteAsync(new AgentEvent.StopPlanned()).ConfigureAwait(false);
        await Task.WhenAny(_stopAnswered.Task, parts.Session.Ended, Task.Delay(patience)).ConfigureAwait(false);
        if (_hands is { } hands)
        {
            await Task.WhenAny(hands.WhenDoneAsync(), Task.Delay(patience)).ConfigureAwait(false);
        }
    }

    private ValueTask AnswerAsync(AgentEvent answer) => _inbox.Writer.WriteAsync(answer, _stop.Token);

    private async Task LoopAsync(AgentHands hands)
    {
        var core = new AgentCore(parts.Self, parts.Memory.Read());
        var lastReport = 0L;
        using var timer = new Timer(_ => _inbox.Writer.TryWrite(new AgentEvent.Tick()));
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await foreach (var happened in _inbox.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
        {
            var effects = core.Step(happened, BootClock.NowMs);
            hands.Carry(effects);
            timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(core.NextWakeBootMs - BootClock.NowMs, 1, 60_000)), Timeout.InfiniteTimeSpan);
            lastReport = effects.OfType<AgentEffect.Report>().FirstOrDefault(r => r.Message.Stopping && lastReport == 0)?.Message.Sequence ?? lastReport;
            var answered = (happened as AgentEvent.ReportAnswered)?.Sequence ?? (happened as AgentEvent.ReportFailed)?.Sequence;
            if (lastReport > 0 && answered >= lastReport)
            {
                _stopAnswered.TrySetResult();
            }
        }
    }

    /// <summary>Gives the core each state that changes its orders at once, and else the newest one now and then.</summary>
    private async Task FollowStateAsync()
    {
        var (session, self) = (parts.Session, parts.Self.Node);
        var last = Orders.None;
        for (var at = 0L; ;)
        {
            var moved = session.Store.RunningMoved;
            var view = session.Store.Read();
            var orders = Orders.Of(view.State, self, session.Epoch, view.Position.Index);
            if (!orders.SaysTheSameAs(last) || Stopwatch.GetElapsedTime(at) > AppliedPace)
            {
                (last, at) = (orders, Stopwatch.GetTimestamp());
                await AnswerAsync(new AgentEvent.OrdersChanged(orders)).ConfigureAwait(false);
            }

            using var woken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var more = last.Applied < view.Position.Index
                ? Task.Delay(AppliedPace, woken.Token)
                : session.Store.WaitAppliedAsync(view.Position.Index.Next(), woken.Token);
            await Task.WhenAny(moved, more).ConfigureAwait(false);
            await woken.CancelAsync().ConfigureAwait(false);
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Each end of a run; when the driver itself is lost, everything is listed anew.</summary>
    private async Task FollowDriverAsync()
    {
        while (true)
        {
            var reason = "the driver was lost";
            try
            {
                await foreach (var ended in parts.Driver.WatchAsync(_stop.Token).ConfigureAwait(false))
                {
                    await AnswerAsync(new AgentEvent.RunEnded(ended)).ConfigureAwait(false);
                }
            }
            catch (DriverException failure)
            {
                reason = failure.Message;
            }

            await AnswerAsync(new AgentEvent.DriverFailed(reason)).ConfigureAwait(false);
            await Task.Delay(DriverPause, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task MeasureAsync()
    {
        while (true)
        {
            await AnswerAsync(new AgentEvent.Measured(meter.Measure(_tags.Items, _tags.Score))).ConfigureAwait(false);
            await Task.Delay(MeasurePace, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task AskPluginsAsync()
    {
        while (true)
        {
            await plugins.AskAsync(_stop.Token).ConfigureAwait(false);
            _tags = plugins.Words;
            await Task.Delay(PluginPace, _stop.Token).ConfigureAwait(false);
        }
    }
}
