"""What two versions of a standard say differently, whatever their texts look like."""
