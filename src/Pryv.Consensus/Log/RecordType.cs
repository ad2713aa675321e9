namespace Pryv.Consensus.Log;

/// <summary>What a record of the log file holds. Zero is none of them, so that allocated space never looks like a record.</summary>
internal enum RecordType : byte
{
    HardState = 1,
    Noop = 2,
    Command = 3,
    Configuration = 4,
}
