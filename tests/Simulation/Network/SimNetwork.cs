using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;

namespace Simulation;

/// <summary>Carries messages as bytes, through the real codec; loses, doubles, delays and reorders them.</summary>
/// <param name="deliver">Takes a message at a machine.</param>
public sealed class SimNetwork(Heart heart, SeededRandom random, Trace trace, Action<int, Message> deliver)
{
    private readonly Dictionary<MemberId, int> _places = [];

    public NetworkOptions Options { get; set; } = NetworkOptions.Healthy;

    public Links Links { get; } = new();

    /// <summary>Messages to <paramref name="member"/> go to <paramref name="machine"/>, also when it is another member's by then.</summary>
    public void Place(MemberId member, int machine) => _places[member] = machine;

    public void Send(int from, Message message)
    {
        if (!_places.TryGetValue(message.To, out var to))
        {
            return;
        }

        var copies = random.NextDouble() < Options.Loss ? 0 : random.NextDouble() < Options.Duplication ? 2 : 1;
        if (copies == 0)
        {
            Say(from, message, "lost");
        }

        if (copies > 0)
        {
            // The sender's buffers are its own again once it has sent.
            var bytes = MessageCodec.Encode(message).ToArray();
            for (var i = 0; i < copies; i++)
            {
                heart.After(Delay(), () => Arrive(from, to, bytes));
            }
        }
    }

    private long Delay() => random.NextDouble() < Options.Straggling
        ? random.Next((int)Options.StragglerDelay)
        : 1 + random.Next((int)Options.Delay);

    private void Arrive(int from, int to, byte[] bytes)
    {
        var message = MessageCodec.Decode(bytes);
        if (Links.Reaches(from, to))
        {
            deliver(to, message);
        }
        else
        {
            Say(from, message, "cut off");
        }
    }

    private void Say(int from, Message message, string what)
    {
        if (trace.IsOn)
        {
            trace.Add($"n{from}", $"{what}: {Describe.Of(message)}");
        }
    }
}
